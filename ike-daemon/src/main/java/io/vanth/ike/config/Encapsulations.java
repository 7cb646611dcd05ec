package io.vanth.ike.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;
import java.util.Optional;

/// Reads whether ESP goes in UDP, and whether the data plane can do that; and whether messages go in pieces.
record Encapsulations(String dataPlane) {
    private static final String UDP_ONLY = "userspace";

    Optional<Encapsulation> read(Section connection) {
        Section place = connection.section("encapsulation");
        Encapsulation wanted = wanted(place.node());
        if (wanted == Encapsulation.NO && dataPlane.equals(UDP_ONLY)) {
            place.error("the userspace data plane carries ESP only in UDP",
                    "write encapsulation: auto, or leave it out");
            return Optional.empty();
        }
        // Without a NAT one must be feigned, or the peer would send ESP that this data plane never sees.
        return Optional.of(wanted == Encapsulation.AUTO && dataPlane.equals(UDP_ONLY) ? Encapsulation.YES : wanted);
    }

    /// Whether large messages are cut into pieces.
    static Fragmentation fragmentation(Section connection) {
        Fragmentation.Use use = switch (connection.section("fragmentation").node().asText("yes")) {
            case "no", "false" -> Fragmentation.Use.NO;
            case "force" -> Fragmentation.Use.FORCE;
            default -> Fragmentation.Use.YES;
        };
        return new Fragmentation(use,
                connection.get("fragmentSize").asInt(Fragmentation.DEFAULT.datagram()));
    }

    /// YAML 1.1 makes a boolean of `yes` and `no`.
    private static Encapsulation wanted(JsonNode node) {
        return switch (node.asText("auto")) {
            case "yes", "true" -> Encapsulation.YES;
            case "no", "false" -> Encapsulation.NO;
            default -> Encapsulation.AUTO;
        };
    }
}
