package io.vanth.ike.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.runtime.SteadyClock;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-1: the document says what the daemon does, and the daemon does what the document says.
@Timeout(120)
class ApiDocumentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

    @TempDir
    private Path folder;
    private ServedDaemon served;
    private JsonNode document;
    private final Set<String> answered = new LinkedHashSet<>();
    private final StringBuilder said = new StringBuilder();

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        served = new ServedDaemon(folder);
        document = JSON.readTree(served.ask("GET", "/api/openapi.json", "").body());
    }

    @AfterEach
    void close() {
        if (served != null) {
            served.close();
        }
    }

    /// Asks, and holds the answer against what the document says of this code.
    private JsonNode check(int code, String method, String path, String template, String body) throws Exception {
        HttpResponse<String> answer = served.ask(method, path, body);
        assertEquals(code, answer.statusCode(), answer::body);
        said.append(answer.headers()).append(answer.body());
        JsonNode described = document.path("paths").path(template).path(method.toLowerCase(java.util.Locale.ROOT))
                .path("responses").path(String.valueOf(code)).path("content");
        String type = answer.headers().firstValue("Content-Type").orElseThrow();
        assertTrue(described.has(type), () -> "%s %s %d has no %s".formatted(method, template, code, type));
        answered.add("%s %s %d".formatted(method, template, code));
        JsonNode content = JSON.readTree(answer.body());
        assertEquals(List.of(), unfit(described.path(type).path("schema"), content), answer::body);
        return content;
    }

    private List<Error> unfit(JsonNode schema, JsonNode content) {
        ObjectNode root = JSON.createObjectNode();
        root.set("allOf", JSON.createArrayNode().add(schema));
        root.set("components", document.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root)
                .validate(content);
    }

    @Test
    void its_paths_methods_parameters_and_codes_are_these() {
        Set<String> described = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            assertTrue(METHODS.contains(operation.getKey()), operation::getKey);
            List<String> parameters = new ArrayList<>();
            operation.getValue().path("parameters").forEach(each -> parameters
                    .add(each.path("in").asText() + ":" + each.path("name").asText()));
            List<String> codes = new ArrayList<>();
            operation.getValue().path("responses").fieldNames().forEachRemaining(codes::add);
            described.add("%s %s %s %s".formatted(operation.getKey(), path.getKey(), parameters, codes));
        }));
        String connection = "/api/connections/{connection}";
        String tunnel = connection + "/{tunnel}";
        String one = "[path:connection] ";
        String two = "[path:connection, path:tunnel] ";
        assertEquals(new TreeSet<>(Set.of("get /api/openapi.json [] [200, 400, 401, 403, 500]",
                "get /api/status [] [200, 400, 401, 403, 500]",
                "get " + connection + "/explanation " + one + "[200, 400, 401, 403, 404, 500]",
                "get " + tunnel + "/explanation " + two + "[200, 400, 401, 403, 404, 500]",
                "post " + connection + "/up " + one + "[202, 400, 401, 403, 404, 500]",
                "post " + tunnel + "/up " + two + "[202, 400, 401, 403, 404, 500]",
                "post " + connection + "/down [path:connection, query:hold] [202, 400, 401, 403, 404, 500]",
                "post " + tunnel + "/down [path:connection, path:tunnel, query:hold] [202, 400, 401, 403, 404, 500]",
                "post " + connection + "/rekey " + one + "[202, 400, 401, 403, 404, 500]",
                "post " + tunnel + "/rekey " + two + "[202, 400, 401, 403, 404, 500]",
                "post /api/reload [query:plan] [200, 400, 401, 403, 409, 422, 500]",
                "get /api/associations [] [200, 400, 401, 403, 500, 503]",
                "get /api/policies [] [200, 400, 401, 403, 500]",
                "delete /api/associations [] [200, 400, 401, 403, 409, 500]",
                "delete /api/policies [] [200, 400, 401, 403, 409, 500]",
                "delete /api/associations/{name} [path:name] [200, 400, 401, 403, 404, 409, 500]",
                "delete /api/policies/{name} [path:name] [200, 400, 401, 403, 404, 409, 500]",
                "post /api/manual [query:folder, query:name] [200, 400, 401, 403, 409, 413, 422, 500]",
                "get /api/events [header:Last-Event-ID] [200, 400, 401, 403, 500, 503]")), described);
    }

    @Test
    void it_is_openapi_with_unique_operations_and_no_dangling_reference() {
        assertEquals("3.1.0", document.path("openapi").asText());
        assertEquals("1.2.3", document.path("info").path("version").asText());
        List<JsonNode> operations = document.findValues("operationId");
        assertEquals(operations.size(), Set.copyOf(operations).size());
        document.findValuesAsText("$ref").forEach(reference -> assertFalse(
                document.at(reference.substring(1)).isMissingNode(), reference));
    }

    /// What is not in the document is not there, and what is there with other methods says so.
    @Test
    void nothing_else_is_there() throws Exception {
        assertEquals(404, served.ask("GET", "/api/else", "").statusCode());
        assertEquals(404, served.ask("GET", "/api/connections/a/b/c/up", "").statusCode());
        HttpResponse<String> wrong = served.ask("PUT", "/api/associations", "");
        assertEquals(405, wrong.statusCode());
        assertEquals(List.of(), unfit(JSON.createObjectNode().put("$ref", "#/components/schemas/Error"),
                JSON.readTree(wrong.body())));
        assertEquals("GET, DELETE", wrong.headers().firstValue("Allow").orElseThrow());
    }

    @Test
    void real_answers_fit_it_and_hold_no_secret() throws Exception {
        check(200, "GET", "/api/openapi.json", "/api/openapi.json", "");
        JsonNode status = check(200, "GET", "/api/status", "/api/status", "");
        assertEquals("branch", status.at("/connections/0/name").asText());
        for (String name : List.of("branch", "branch/lan", "nobody", "branch/none")) {
            int there = name.equals("branch") || name.equals("branch/lan") ? 202 : 404;
            String template = "/api/connections/{connection}" + (name.contains("/") ? "/{tunnel}" : "");
            check(there == 202 ? 200 : 404, "GET", "/api/connections/" + name + "/explanation",
                    template + "/explanation", "");
            check(there, "POST", "/api/connections/" + name + "/up", template + "/up", "");
            check(there, "POST", "/api/connections/" + name + "/rekey", template + "/rekey", "");
            check(there, "POST", "/api/connections/" + name + "/down?hold=true", template + "/down", "");
        }
        for (String name : List.of("a".repeat(65), "b%20c", "b:c")) {
            check(404, "GET", "/api/connections/" + name + "/explanation",
                    "/api/connections/{connection}/explanation", "");
            check(404, "POST", "/api/connections/branch/" + name + "/up", "/api/connections/{connection}/{tunnel}/up",
                    "");
            check(404, "DELETE", "/api/policies/" + name, "/api/policies/{name}", "");
        }
        check(400, "GET", "/api/status?plan=true", "/api/status", "");
        check(400, "POST", "/api/reload?plan=yes", "/api/reload", "");
        manualOnes();
        reloads();
        check(200, "GET", "/api/connections/branch/explanation", "/api/connections/{connection}/explanation", "");
        check(200, "GET", "/api/status", "/api/status", "");
        assertEquals(described(), answered, "each answer that can be brought about was");
        for (long number = 0; number < served.events().last(); number++) {
            said.append(served.events().after(number).orElseThrow().data());
        }
        assertTrue(said.toString().contains("config_refused"), "events are among what was said");
        for (String secret : List.of(ServedDaemon.PSK, ServedDaemon.TOKEN, ServedDaemon.MANUAL)) {
            assertFalse(said.toString().contains(secret), secret);
        }
    }

    private void manualOnes() throws Exception {
        check(422, "POST", "/api/manual", "/api/manual",
                "manual: {associations: {x: {integrity: {algorithm: sha1, key: \"%s\"}}}}"
                        .formatted(ServedDaemon.MANUAL));
        check(200, "POST", "/api/manual?folder=/&name=test", "/api/manual", served.manual());
        check(409, "POST", "/api/manual", "/api/manual", served.manual());
        assertEquals("own", check(200, "GET", "/api/associations", "/api/associations", "")
                .at("/associations/0/name").asText());
        check(200, "GET", "/api/policies", "/api/policies", "");
        for (String kind : List.of("associations", "policies")) {
            String path = "/api/" + kind;
            check(404, "DELETE", path + "/none", path + "/{name}", "");
            check(200, "DELETE", path + "/" + (kind.equals("policies") ? "all" : "own"), path + "/{name}", "");
            check(200, "DELETE", path, path, "");
        }
    }

    private void reloads() throws Exception {
        check(200, "POST", "/api/reload?plan=true", "/api/reload", "");
        String text = Files.readString(served.file());
        served.write("vanth.yaml", text.replace("psk: {file: psk}", "psk: [" + ServedDaemon.PSK + "]"));
        check(422, "POST", "/api/reload", "/api/reload", "");
        served.write("vanth.yaml", text + "metrics: {listen: off}\n");
        check(409, "POST", "/api/reload", "/api/reload", "");
        served.write("vanth.yaml", text);
        check(200, "POST", "/api/reload", "/api/reload", "");
    }

    /// All but what takes a broken data plane, no permission, or a stream.
    private Set<String> described() {
        Set<String> all = new LinkedHashSet<>(answered);
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(
                operation -> operation.getValue().path("responses").fieldNames().forEachRemaining(code -> {
                    boolean broken = Set.of("400", "401", "403", "413", "500", "503").contains(code)
                            || operation.getKey().equals("delete") && code.equals("409");
                    if (!broken && !path.getKey().equals("/api/events")) {
                        all.add("%s %s %s".formatted(operation.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(), code));
                    }
                })));
        return all;
    }

    @Test
    void events_fit_it() throws Exception {
        EventFeed feed = new EventFeed(new SteadyClock());
        Report.Subject subject = new Report.Subject(Optional.of("branch"), Optional.of("lan"), "127.0.0.2:500",
                "quick mode",
                7);
        feed.accept(new Report.TunnelDown(subject, "the peer is dead", false));
        Arrays.stream(Report.DeadPeerDetection.Stage.values())
                .forEach(stage -> feed.accept(new Report.DeadPeerDetection(subject, stage)));
        feed.accept(new Report.SessionEnded(subject, "replaced"));
        feed.counters(java.util.Map.of("dropped_outbound_no_policy", 3L));
        feed.changed("manual", "added");
        JsonNode schema = JSON.createObjectNode().put("$ref", "#/components/schemas/Event");
        assertFalse(unfit(schema, JSON.createObjectNode().put("type", "nonsense")).isEmpty());
        assertFalse(unfit(schema, JSON.createObjectNode().put("type", "dropped").put("more", 1)).isEmpty());
        for (long number = 0; number < feed.last(); number++) {
            JsonNode data = JSON.readTree(feed.after(number).orElseThrow().data());
            assertEquals(List.of(), unfit(schema, data), data::toString);
        }
        assertEquals(7, feed.last(), "RECEIVED is no event");
    }
}
