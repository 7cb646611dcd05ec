package io.vanth.ike.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;

/// Reads whether ESP goes in UDP, and what suits the data plane where that is left open; and whether messages go in
/// pieces.
record Encapsulations(String dataPlane) {
    private static final String PREFERS_UDP = "userspace";

    /// The userspace engine carries ESP in UDP several times as fast as without, so it feigns a NAT where there is none. A
    /// peer that knows no NAT traversal gets plain ESP all the same.
    Encapsulation read(Section connection) {
        Encapsulation wanted = wanted(connection.section("encapsulation").node());
        return wanted == Encapsulation.AUTO && dataPlane.equals(PREFERS_UDP) ? Encapsulation.YES : wanted;
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
