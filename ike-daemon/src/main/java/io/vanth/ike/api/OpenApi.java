package io.vanth.ike.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Writes the OpenAPI 3.1 document from the routes; the schemas of the answers are a resource beside this class.
final class OpenApi {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String RESOURCE = "api.schemas.json";

    private OpenApi() {}

    static String render(String version, List<Route> routes) {
        ObjectNode root = NODES.objectNode().put("openapi", "3.1.0");
        root.putObject("info").put("title", "Vanth").put("version", version)
                .put("description", "Drives a running Vanth daemon. On the control socket, nothing more is asked for;"
                        + " on TCP, what control.token and control.tls.ca say: all that is configured. What is not"
                        + " described here is answered with 404, a method that is not with 405 and the header Allow,"
                        + " both with an Error; a first line or headers that are too long with 414 or 431.")
                .putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        ObjectNode paths = root.putObject("paths");
        routes.forEach(route -> operation(paths.withObjectProperty(route.path()), route));
        ObjectNode components = root.putObject("components");
        components.set("schemas", schemas());
        ObjectNode schemes = components.putObject("securitySchemes");
        schemes.putObject("token").put("type", "http").put("scheme", "bearer");
        schemes.putObject("certificate").put("type", "mutualTLS");
        ArrayNode security = root.putArray("security");
        security.addObject();
        security.addObject().putArray("token");
        security.addObject().putArray("certificate");
        ObjectNode both = security.addObject();
        both.putArray("token");
        both.putArray("certificate");
        return root.toString();
    }

    private static ObjectNode schemas() {
        try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
            return (ObjectNode) new ObjectMapper().readTree(in);
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
    }

    private static void operation(ObjectNode path, Route route) {
        ObjectNode node = path.putObject(route.method().name().toLowerCase(Locale.ROOT))
                .put("operationId", route.operation()).put("summary", route.summary());
        ArrayNode parameters = node.putArray("parameters");
        route.names().forEach(name -> parameters.addObject().put("in", "path").put("name", name).put("required", true)
                .set("schema", reference("Name")));
        route.parameters().forEach(each -> parameters.addObject()
                .put("in", each.place().name().toLowerCase(Locale.ROOT)).put("name", each.name())
                .put("description", each.description()).put("required", false)
                .set("schema", NODES.objectNode().put("type", each.schema())));
        route.body().ifPresent(type -> node.putObject("requestBody").put("required", true).putObject("content")
                .putObject(type).set("schema", NODES.objectNode().put("type", "string")));
        ObjectNode answers = node.putObject("responses");
        Map<Integer, Route.Answer> all = new TreeMap<>(route.answers());
        all.put(Routes.BAD_REQUEST, Routes.BAD_REQUEST_ANSWER);
        all.put(Gate.UNAUTHORIZED, Gate.UNAUTHORIZED_ANSWER);
        all.put(Gate.FORBIDDEN, Gate.FORBIDDEN_ANSWER);
        all.forEach((code, answer) -> answers.putObject(String.valueOf(code)).put("description", answer.description())
                .putObject("content").putObject(answer.type()).set("schema", reference(answer.schema())));
    }

    private static ObjectNode reference(String schema) {
        return NODES.objectNode().put("$ref", "#/components/schemas/" + schema);
    }
}
