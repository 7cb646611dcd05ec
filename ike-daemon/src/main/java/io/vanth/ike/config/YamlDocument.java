package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A YAML document as a tree, and where each of its keys and values stands.
final class YamlDocument {
    private static final int DEEPEST = 32;
    private static final YAMLFactory YAML = YAMLFactory.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<JsonPointer, Place> keys = new HashMap<>();
    private final Map<JsonPointer, Place> values = new HashMap<>();
    private final Findings findings;
    private JsonNode root = MissingNode.getInstance();

    private YamlDocument(Findings findings) {
        this.findings = findings;
    }

    /// Reads `text`; what is no YAML, or more than one document, becomes a finding.
    static YamlDocument parse(String text, Findings findings) {
        YamlDocument document = new YamlDocument(findings);
        try (YAMLParser parser = YAML.createParser(text)) {
            document.read(parser);
        } catch (JsonProcessingException bad) {
            findings.error(place(bad.getLocation()), "", reason(bad), "");
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory failed", impossible);
        }
        return document;
    }

    private void read(YAMLParser parser) throws IOException {
        if (parser.nextToken() == null) {
            findings.error(Place.START, "", "the file is empty", "describe at least one connection");
            return;
        }
        root = node(parser, JsonPointer.empty());
        if (parser.nextToken() != null) {
            findings.error(place(parser.currentTokenLocation()), "", "a second document begins here",
                    "put everything into one");
        }
    }

    private JsonNode node(YAMLParser parser, JsonPointer at) throws IOException {
        values.put(at, place(parser.currentTokenLocation()));
        if (parser.isCurrentAlias()) {
            findings.error(values.get(at), at.toString(), "aliases are not supported", "write the value out");
        }
        if (depth(at) > DEEPEST) {
            throw new com.fasterxml.jackson.core.JsonParseException(parser, "nested too deeply");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, at);
            case START_ARRAY -> sequence(parser, at);
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_STRING, VALUE_EMBEDDED_OBJECT, FIELD_NAME, END_OBJECT, END_ARRAY, NOT_AVAILABLE ->
                NODES.textNode(parser.getText());
        };
    }

    private static int depth(JsonPointer at) {
        int depth = 0;
        for (JsonPointer rest = at; rest.tail() != null; rest = rest.tail()) {
            depth++;
        }
        return depth;
    }

    private ObjectNode mapping(YAMLParser parser, JsonPointer at) throws IOException {
        ObjectNode mapping = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonPointer below = at.appendProperty(key);
            if (mapping.has(key)) {
                findings.error(place(parser.currentTokenLocation()),
                        (SchemaCheck.isSecret(at) ? at : below).toString(),
                        "the key is there twice, first in line %d".formatted(keys.get(below).line()),
                        "leave one out");
            }
            keys.put(below, place(parser.currentTokenLocation()));
            parser.nextToken();
            mapping.set(key, node(parser, below));
        }
        return mapping;
    }

    private ArrayNode sequence(YAMLParser parser, JsonPointer at) throws IOException {
        ArrayNode sequence = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            sequence.add(node(parser, at.appendIndex(sequence.size())));
        }
        return sequence;
    }

    /// The parser's words without its excerpt of the file, in which a secret may stand.
    private static String reason(JsonProcessingException bad) {
        return bad.getOriginalMessage().lines().filter(line -> !line.startsWith(" "))
                .collect(Collectors.joining(": "));
    }

    private static Place place(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? Place.START
                : new Place(location.getLineNr(), Math.max(1, location.getColumnNr()));
    }

    /// The tree; missing when the text is no YAML.
    JsonNode root() {
        return root;
    }

    /// Where the key of `at` stands, else its value.
    Place placeOfKey(JsonPointer at) {
        Place key = keys.get(at);
        return key == null ? placeOfValue(at) : key;
    }

    /// Where the value of `at` stands; for a value that is not there, the innermost key around it.
    Place placeOfValue(JsonPointer at) {
        Place value = values.get(at);
        if (value != null) {
            return value;
        }
        return at.matches() ? Place.START : placeOfKey(at.head());
    }
}
