package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A mapping of a document that fits the schema, read key by key.
record Section(YamlDocument document, JsonPointer at, Findings findings) {
    /// The mapping under `key`, which may be absent.
    Section section(String key) {
        return new Section(document, at.appendProperty(key), findings);
    }

    /// The node itself.
    JsonNode node() {
        return document.root().at(at);
    }

    /// The node under `key`.
    JsonNode get(String key) {
        return node().path(key);
    }

    /// Whether there is something under `key`.
    boolean has(String key) {
        return node().has(key);
    }

    /// The mappings in this one.
    List<Section> sections() {
        List<Section> all = new ArrayList<>();
        node().fieldNames().forEachRemaining(name -> all.add(section(name)));
        return all;
    }

    /// The key of this mapping.
    String name() {
        return at.last().getMatchingProperty();
    }

    /// The text under `key`.
    Optional<String> text(String key) {
        return has(key) ? Optional.of(get(key).asText()) : Optional.empty();
    }

    /// The text under `key` as `parse` reads it; what it refuses is a finding, and then the result is empty.
    <T> Optional<T> parsed(String key, String remedy, Function<String, T> parse) {
        return text(key).flatMap(text -> section(key).parse(text, remedy, parse));
    }

    /// `text`, which stands at this place, as `parse` reads it.
    <T> Optional<T> parse(String text, String remedy, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException bad) {
            error(bad.getMessage(), remedy);
            return Optional.empty();
        }
    }

    /// The duration under `key`, above zero unless `zero` is allowed.
    Duration duration(String key, Duration otherwise, boolean zero) {
        return parsed(key, "write a duration as 8h or 30s", text -> {
            Duration duration = DurationText.parse(text);
            if (duration.isZero() && !zero) {
                throw new IllegalArgumentException("a duration of zero makes no sense here");
            }
            return duration;
        }).orElse(otherwise);
    }

    /// Says that the value of this place cannot be used.
    void error(String reason, String remedy) {
        findings.error(document.placeOfValue(at), at.toString(), reason, remedy);
    }

    /// Says that the value of this place should be mended.
    void warning(String reason, String remedy) {
        findings.warning(document.placeOfValue(at), at.toString(), reason, remedy);
    }
}
