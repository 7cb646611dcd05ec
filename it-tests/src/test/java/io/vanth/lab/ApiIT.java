package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The API of a daemon with a tunnel to strongSwan, on each of its doors: every path answers as the document says, and
/// nobody gets in who does not prove that he may.
@InLab({Program.IP, Program.NFT, Program.PING, Program.STRONGSWAN, Program.CURL})
final class ApiIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TIMED_OUT = "28";

    private final StringBuilder said = new StringBuilder();

    @Test
    void everyPathFitsTheDocumentOnTheSocketAndWithAToken(Lab lab) throws IOException {
        var net = lab.siteToSite();
        ApiFiles files = ApiFiles.in(lab);
        net.b().strongSwan(net.atB(net.link()));
        Vanth vanth = net.a().vanth(files.token(), net.link());
        vanth.up(net.link());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(vanth.socket())));
        walk(Curl.socket(vanth), net.link());
        walk(files.withToken(vanth), net.link());
        Curl other = files.clear(vanth).with("-H", "Authorization: Bearer " + ApiFiles.TOKEN.toLowerCase(Locale.ROOT));
        for (Curl without : List.of(files.clear(vanth), other)) {
            forEachPath(vanth, net.link(), (method, path) -> refused(without.ask(method, path), 401, "control.token"));
        }
        refused(files.withToken(vanth).ask("POST", "/api/reload", "-H", "Origin: http://evil.example"), 403, "Origin");
        refused(files.withToken(vanth).ask("GET", "/api/status", "-H", "Host: evil.example"), 403, "localhost");
        assertEquals(413, files.withToken(vanth).ask("POST", "/api/manual", "-H", "Content-Length: 99999999").code());
        assertTrue(vanth.isUp(net.link()), "who is refused changes nothing");
        commands(vanth, net.link(), files, "--url", "http://127.0.0.1:9465", "--token-file", files.path("token"));
        assertNoSecret(vanth, net.link());
    }

    @Test
    void everyPathFitsTheDocumentWithACertificate(Lab lab) {
        var net = lab.siteToSite();
        ApiFiles files = ApiFiles.in(lab);
        net.b().strongSwan(net.atB(net.link()));
        Vanth vanth = net.a().vanth(files.certificate(), net.link());
        vanth.up(net.link());
        walk(files.withCertificate(vanth, "client"), net.link());
        forEachPath(vanth, net.link(),
                (method, path) -> refused(files.encrypted(vanth).ask(method, path), 401, "control.tls.ca"));
        assertNotEquals(0, files.withCertificate(vanth, "stranger").run("GET", "/api/status").exit());
        assertNotEquals(0, files.clear(vanth).run("GET", "/api/status").exit(), "nothing is answered in clear");
        assertTrue(vanth.isUp(net.link()), "who is refused changes nothing");
        commands(vanth, net.link(), files, "--url", "https://127.0.0.1:9465", "--ca", files.path("ca.pem"), "--cert",
                files.path("client.pem"), "--key", files.path("client.key"));
        assertSaid("name one of its control.tls.ca", vanth.there("status", "--url", "https://127.0.0.1:9465", "--ca",
                files.path("ca.pem"), "--cert", files.path("stranger.pem"), "--key", files.path("stranger.key")));
        assertSaid("name its authority with --ca", vanth.there("status", "--url", "https://127.0.0.1:9465"));
        assertNoSecret(vanth, net.link());
    }

    /// `vanth check` says what the daemon would not start with.
    @Test
    void whatWouldLetInAnybodyIsRefused(Lab lab) throws IOException {
        var net = lab.siteToSite();
        ApiFiles files = ApiFiles.in(lab);
        Vanth vanth = net.a().vanth(files.token(), net.link());
        String good = Files.readString(vanth.config());
        String token = "token: {file: %s}".formatted(files.path("token"));
        check(vanth, good, "");
        check(vanth, good.replace(files.path("token"), files.path("open")), "chmod 600");
        check(vanth, good.replace(token, ""), "anybody who reaches this address");
        check(vanth, good.replace("listen: \"127.0.0.1", "listen: \"0.0.0.0"), "in clear on the network");
        check(vanth, good.replace(token, token + ", tls: {certificate: %s, key: %s}".formatted(
                files.path("server.pem"), files.path("client.key"))), "is not that of");
    }

    private static void check(Vanth vanth, String text, String words) throws IOException {
        Files.writeString(vanth.config(), text);
        Command.Result result = vanth.there("check", "-c", vanth.config().toString()).run();
        assertEquals(words.isEmpty() ? 0 : 1, result.exit(), result.all());
        assertTrue(result.all().contains(words), result.all());
        assertFalse(result.all().contains(ApiFiles.TOKEN), result.all());
    }

    private interface Asking {
        void ask(String method, String path);
    }

    private static JsonNode document(Vanth vanth) {
        return json(Curl.socket(vanth).ask("GET", "/api/openapi.json").body());
    }

    private static void forEachPath(Vanth vanth, Link link, Asking asking) {
        document(vanth).path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(
                method -> asking.ask(method.toUpperCase(Locale.ROOT), filled(path.getKey(), link))));
    }

    private static String filled(String path, Link link) {
        return path.replace("{connection}", link.name()).replace("{tunnel}", Link.TUNNEL).replace("{name}", "none");
    }

    /// Asks for everything there is; each answer has to be one of the document, and to fit its schema.
    private void walk(Curl curl, Link link) {
        JsonNode document = document(curl.vanth());
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            String method = operation.getKey().toUpperCase(Locale.ROOT);
            JsonNode answers = operation.getValue().path("responses");
            if (path.getKey().equals("/api/events")) {
                stream(curl, answers);
            } else {
                String[] body = method.equals("POST") ? new String[]{"-d", "manual: {}"} : new String[0];
                fits(document, answers, curl.ask(method, filled(path.getKey(), link), body));
            }
        }));
        curl.vanth().up(link);
    }

    private void fits(JsonNode document, JsonNode answers, Curl.Answer answer) {
        said.append(answer.all());
        JsonNode content = answers.path(String.valueOf(answer.code())).path("content");
        assertTrue(content.has(answer.type()), () -> answer.all() + " is not in " + answers);
        assertTrue(answer.code() < 500, answer::all);
        ObjectNode root = JSON.createObjectNode();
        root.set("allOf", JSON.createArrayNode().add(content.path(answer.type()).path("schema")));
        root.set("components", document.path("components"));
        assertEquals(List.of(), SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root)
                .validate(json(answer.body())), answer::all);
    }

    /// It goes on until curl has had enough.
    private static void stream(Curl curl, JsonNode answers) {
        Command.Result result = curl.run("GET", "/api/events", "-N", "--max-time", "2");
        assertEquals(TIMED_OUT, String.valueOf(result.exit()), result.all());
        Curl.Answer answer = Curl.parse(result.output());
        assertTrue(answers.path(String.valueOf(answer.code())).path("content").has(answer.type()), answer::all);
        assertTrue(answer.body().startsWith(": vanth"), answer::all);
    }

    private void refused(Curl.Answer answer, int code, String remedy) {
        said.append(answer.all());
        assertEquals(code, answer.code(), answer::all);
        assertEquals("application/problem+json", answer.type());
        JsonNode problem = json(answer.body());
        assertEquals(code, problem.path("status").asInt());
        assertTrue(problem.path("remedy").asText().contains(remedy), answer::all);
    }

    /// The commands are the same through this door.
    private void commands(Vanth vanth, Link link, ApiFiles files, String... door) {
        for (String words : List.of("status", "status --json", "explain NAME", "rekey NAME", "sa list", "policy list",
                "reload --plan", "down NAME", "up NAME")) {
            List<String> all = new ArrayList<>(List.of(words.replace("NAME", link.name()).split(" ")));
            all.addAll(List.of(door));
            said.append(vanth.there(all.toArray(String[]::new)).checked());
        }
        vanth.awaitUp(link);
        List<String> open = Stream.of(door).map(each -> each.replace(files.path("token"), files.path("open"))
                .replace(files.path("client.key"), files.path("open"))).toList();
        assertSaid("chmod 600", vanth.there(Stream.concat(Stream.of("status"), open.stream()).toArray(String[]::new)));
        if (open.contains("--token-file")) {
            assertSaid("the bearer token is missing or wrong", vanth.there("status", "--url", door[1]));
            assertSaid("the bearer token is missing or wrong",
                    vanth.there("status", "--url", door[1], "--token-file", files.path("other")));
        }
    }

    private static void assertSaid(String words, Command command) {
        Command.Result result = command.run();
        assertEquals(1, result.exit(), result.all());
        assertTrue(result.all().contains(words), result.all());
    }

    private void assertNoSecret(Vanth vanth, Link link) {
        Predicate<String> holds = secret -> said.toString().contains(secret) || vanth.log().contains(secret);
        assertFalse(holds.test(link.secret()), "the pre-shared key");
        assertFalse(holds.test(ApiFiles.TOKEN), "the token");
        assertFalse(said.toString().contains("PRIVATE KEY"), "a key");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException bad) {
            throw new AssertionError(text, bad);
        }
    }
}
