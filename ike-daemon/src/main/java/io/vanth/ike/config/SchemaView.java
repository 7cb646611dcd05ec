package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What the schema says about a place of the document, for remedies.
record SchemaView(JsonNode schema) {
    /// The keys that exist at `at`.
    List<String> keys(JsonPointer at) {
        List<String> names = new ArrayList<>();
        describe(at).path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    /// What the value at `at` is, with examples.
    String remedy(JsonPointer at) {
        JsonNode described = describe(at);
        String description = described.path("description").asText("");
        List<String> examples = new ArrayList<>();
        described.path("examples").forEach(example -> examples.add(example.asText()));
        String shown = examples.isEmpty() ? "" : examples.stream().collect(Collectors.joining(" or ", ", as ", ""));
        return description.isEmpty() ? "" : "write " + description + limits(described) + shown;
    }

    private static String limits(JsonNode described) {
        return described.has("minimum") && described.has("maximum")
                ? ", from %s to %s".formatted(described.path("minimum").asText(), described.path("maximum").asText())
                : "";
    }

    private JsonNode describe(JsonPointer at) {
        JsonNode here = schema;
        for (JsonPointer rest = at; !rest.matches(); rest = rest.tail()) {
            here = resolve(below(resolve(here), rest));
        }
        return resolve(here);
    }

    private static JsonNode below(JsonNode here, JsonPointer rest) {
        JsonNode named = here.path("properties").path(rest.getMatchingProperty());
        if (!named.isMissingNode()) {
            return named;
        }
        JsonNode items = here.path("items");
        return items.isMissingNode() ? here.path("additionalProperties") : items;
    }

    private JsonNode resolve(JsonNode here) {
        JsonNode reference = here.path("$ref");
        if (reference.isMissingNode()) {
            return here;
        }
        JsonNode target = schema.at(reference.asText().substring(1));
        return target.isMissingNode() ? MissingNode.getInstance() : target;
    }
}
