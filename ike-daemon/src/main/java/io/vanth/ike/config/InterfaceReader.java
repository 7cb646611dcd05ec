package io.vanth.ike.config;

import io.vanth.dataplane.TunnelInterface;
import java.util.Optional;

/// Reads the interface that makes a connection's tunnels route-based.
///
/// @param host the data plane's own interface
/// @param mtu  where the connection says nothing of one
record InterfaceReader(String host, int mtu) {
    /// Empty where there is none, or after a finding.
    Optional<TunnelInterface> read(Section connection) {
        if (!connection.has("interface")) {
            return Optional.empty();
        }
        Section place = connection.section("interface");
        Section name = place.node().isObject() ? place.section("name") : place;
        String written = name.node().asText();
        if (written.equals(host)) {
            name.error("%s is the interface of all tunnels that are not route-based".formatted(written),
                    "write a name of its own, such as vanth-" + connection.name());
            return Optional.empty();
        }
        return name.parse(written, "write 1 to 15 letters, digits, hyphens, underscores and points",
                text -> new TunnelInterface(text, place.get("mtu").asInt(mtu)));
    }
}
