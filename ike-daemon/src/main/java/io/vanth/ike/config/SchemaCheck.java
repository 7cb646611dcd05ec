package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Holds a document against the published JSON Schema, and says in a person's words what does not fit.
public final class SchemaCheck {
    private static final String RESOURCE = "vanth.schema.json";
    /// At these keys and below them a secret may stand, in its right place or not: what stands there is never shown.
    private static final Set<String> SECRET = Set.of("psk", "key", "token", "encryption", "integrity", "password");
    /// No name of a key is longer; a secret without its key may be.
    private static final int LONGEST_NAME = 24;

    private final Schema schema;
    private final SchemaView view;

    SchemaCheck() {
        try {
            view = new SchemaView(new ObjectMapper().readTree(text()));
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
        SchemaRegistryConfig config = SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build();
        schema = SchemaRegistry
                .withDefaultDialect(SpecificationVersion.DRAFT_2020_12, it -> it.schemaRegistryConfig(config))
                .getSchema(view.schema());
    }

    /// The schema as it is published.
    public static String text() {
        try (InputStream in = SchemaCheck.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
    }

    /// Adds a finding for each way in which `document` does not fit.
    void check(YamlDocument document, Findings findings) {
        for (Error error : schema.validate(document.root())) {
            JsonPointer at = JsonPointer.compile(error.getInstanceLocation().toString());
            switch (error.getKeyword()) {
                case "additionalProperties" -> unknownKey(at, error.getProperty(), document, findings);
                case "required" -> findings.error(document.placeOfKey(at), at.toString(),
                        "the key '%s' is missing".formatted(error.getProperty()),
                        view.remedy(at.appendProperty(error.getProperty())));
                default -> unfit(at, error, document, findings);
            }
        }
    }

    private void unknownKey(JsonPointer at, String key, YamlDocument document, Findings findings) {
        List<String> known = view.keys(at);
        if (isSecret(at) && (key.length() > LONGEST_NAME || ManualAlgorithms.isDigits(key))) {
            findings.error(document.placeOfKey(at), at.toString(), "there is an unknown key in it",
                    "known here: " + String.join(", ", known));
            return;
        }
        JsonPointer place = at.appendProperty(key);
        Optional<String> nearest = Nearest.to(key, known);
        String remedy = ForeignKey.here(key).map("here it is "::concat)
                .or(() -> nearest.map(name -> "did you mean '%s'?".formatted(name)))
                .orElse("known here: " + String.join(", ", known));
        findings.error(document.placeOfKey(place), place.toString(), "unknown key '%s'".formatted(key), remedy);
    }

    private void unfit(JsonPointer at, Error error, YamlDocument document, Findings findings) {
        JsonNode value = document.root().at(at);
        boolean inKey = error.getEvaluationPath().toString().contains("/propertyNames");
        if (inKey) {
            findings.error(document.placeOfKey(at), at.toString(), "a name does not fit: " + error.getMessage(),
                    "names have letters, digits, '_', '.' and '-', at most 64");
            return;
        }
        findings.error(document.placeOfValue(at), at.toString(), reason(at, value, error), remedy(at, value, error));
    }

    private static String reason(JsonPointer at, JsonNode value, Error error) {
        if (isSecret(at)) {
            return secret(at, value, error);
        }
        return switch (error.getKeyword()) {
            case "enum", "pattern", "minimum", "maximum" -> shown(value) + " does not fit";
            case "type" -> value.isNull() ? "the value is missing" : shown(value) + " does not fit";
            case "minItems", "minProperties" -> "there is nothing in it";
            case "maxProperties" -> "there is more than one thing in it";
            default -> error.getMessage();
        };
    }

    /// Whether a secret may stand at a place, be it as the name of a key.
    static boolean isSecret(JsonPointer at) {
        for (JsonPointer rest = at; !rest.matches(); rest = rest.tail()) {
            if (SECRET.contains(rest.getMatchingProperty())) {
                return true;
            }
        }
        return false;
    }

    /// In words that do not depend on the value.
    private static String secret(JsonPointer at, JsonNode value, Error error) {
        boolean isKey = at.last().mayMatchProperty() && List.of("psk", "key").contains(at.last().getMatchingProperty());
        if (isKey) {
            return value.size() > 1
                    ? "the key is in more than one place"
                    : "the key is neither quoted text nor a mapping";
        }
        return switch (error.getKeyword()) {
            case "minLength", "minItems", "minProperties" -> "there is nothing in it";
            case "maxProperties" -> "there is more than one thing in it";
            default -> "the value does not fit (it is not shown: it may be a key)";
        };
    }

    private String remedy(JsonPointer at, JsonNode value, Error error) {
        if (!"enum".equals(error.getKeyword())) {
            return view.remedy(at);
        }
        List<String> allowed = new ArrayList<>();
        error.getSchemaNode().forEach(word -> {
            if (word.isTextual()) {
                allowed.add(word.asText());
            }
        });
        String meant = Nearest.to(value.asText(), allowed).map(" (did you mean '%s'?)"::formatted).orElse("");
        return "one of: " + String.join(", ", allowed) + meant;
    }

    private static String shown(JsonNode value) {
        return value.isContainerNode() ? value.isObject() ? "a mapping" : "a list" : "'" + value.asText() + "'";
    }
}
