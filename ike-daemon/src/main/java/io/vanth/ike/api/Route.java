package io.vanth.ike.api;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What can be asked for: the same entry routes requests and is written into the OpenAPI document.
///
/// @param path       with names in braces
/// @param operation  unique, for generated clients
/// @param parameters of the query and the header; those of the path follow from it
/// @param body       media type of the body, if it has one
/// @param answers    by status code; no other is sent by its work
record Route(HttpMethod method, String path, String operation, String summary, List<Parameter> parameters,
        Optional<String> body, Map<Integer, Answer> answers, Consumer<Call> work) {
    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";
    static final String EVENTS = "text/event-stream";
    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)}");
    /// What can't be a name too: that there is none of it, the route itself says best.
    private static final String SEGMENT = "([^/]+)";

    Route {
        parameters = List.copyOf(parameters);
    }

    /// Where a parameter stands.
    enum Place {
        QUERY,
        HEADER
    }

    /// A parameter that may be left out.
    ///
    /// @param schema in JSON Schema, as `boolean` or `string`
    record Parameter(Place place, String name, String schema, String description) {}

    /// What comes back.
    ///
    /// @param schema name of a schema of the document
    record Answer(String description, String type, String schema) {
        static Answer json(String description, String schema) {
            return new Answer(description, JSON, schema);
        }

        static Answer error(String description) {
            return json(description, "Error");
        }
    }

    /// A route without parameters that answers 200, to be completed.
    static Route of(HttpMethod method, String path, String operation, String summary, Consumer<Call> work) {
        return new Route(method, path, operation, summary, List.of(), Optional.empty(), Map.of(), work)
                .answers(500, Answer.error("the daemon failed"));
    }

    Route query(String name, String schema, String description) {
        return with(new Parameter(Place.QUERY, name, schema, description));
    }

    Route header(String name, String description) {
        return with(new Parameter(Place.HEADER, name, "string", description));
    }

    private Route with(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Route(method, path, operation, summary, more, body, answers, work);
    }

    Route takes(String type) {
        return new Route(method, path, operation, summary, parameters, Optional.of(type), answers, work);
    }

    Route answers(int code, Answer answer) {
        Map<Integer, Answer> more = new LinkedHashMap<>(answers);
        more.put(code, answer);
        return new Route(method, path, operation, summary, parameters, body, more, work);
    }

    /// The answer of a code, which the route must have.
    Answer answer(int code) {
        Answer answer = answers.get(code);
        if (answer == null) {
            throw new IllegalStateException("%s %s has no answer %d".formatted(method, path, code));
        }
        return answer;
    }

    /// The names in the path.
    List<String> names() {
        return NAME.matcher(path).results().map(each -> each.group(1)).toList();
    }

    /// The values of the names when `asked` is of this path.
    Optional<Map<String, String>> match(String asked) {
        Matcher found = Pattern.compile(NAME.matcher(path).replaceAll(Matcher.quoteReplacement(SEGMENT)))
                .matcher(asked);
        if (!found.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> names = names();
        for (int index = 0; index < names.size(); index++) {
            values.put(names.get(index), found.group(index + 1));
        }
        return Optional.of(values);
    }
}
