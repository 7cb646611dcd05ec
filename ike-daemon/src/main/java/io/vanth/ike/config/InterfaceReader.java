package io.vanth.ike.config;

import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.ike.local.Machine;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Reads the interface that makes a connection's tunnels route-based.
///
/// @param host the data plane's own interface, or ""
/// @param mtu  where the connection says nothing of one
/// @param foreign whether there is an interface of that name that Vanth has not made
record InterfaceReader(String host, int mtu, Predicate<String> foreign) {
    /// What the userspace data plane writes to those that it has made.
    static final String ALIAS = "route-based tunnels of ";
    /// The machine's own, and what stands for several in the settings of the kernel.
    private static final Set<String> RESERVED = Set.of("lo", "all", "default");
    /// RFC 8200 section 5; below, the kernel speaks no IPv6 on an interface.
    private static final int MIN_IPV6_MTU = 1280;

    private static final String WITHOUT_OWN = "netlink";

    static InterfaceReader of(Configuration.DataPlaneChoice plane, Machine machine) {
        return new InterfaceReader(plane.name().equals(WITHOUT_OWN) ? "" : plane.interfaceName(), plane.mtu(),
                name -> plane.name().equals(ConfigLoader.DEFAULT_DATA_PLANE)
                        && machine.alias(name).filter(alias -> !alias.startsWith(ALIAS)).isPresent());
    }

    /// Whether the interface carries the networks of that tunnel; else there is a finding.
    static boolean carries(TunnelInterface via, Section connection, TrafficSelector network) {
        boolean carries = !network.addresses().isIpv6() || via.mtu() >= MIN_IPV6_MTU;
        if (!carries) {
            connection.section("interface").error(
                    "interface %s has an MTU of %d, and IPv6 needs %d".formatted(via.name(), via.mtu(), MIN_IPV6_MTU),
                    "write interface: {name: %s, mtu: %d}".formatted(via.name(), MIN_IPV6_MTU));
        }
        return carries;
    }

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
        if (RESERVED.contains(written)) {
            name.error("%s is no interface that could be made".formatted(written),
                    "write a name of its own, such as vanth-" + connection.name());
            return Optional.empty();
        }
        if (foreign.test(written)) {
            name.warning("there is an interface %s that Vanth has not made: the daemon cannot start".formatted(written),
                    "write another name, or remove it (ip link del %s)".formatted(written));
        }
        return name.parse(written, "write 1 to 15 letters, digits, hyphens, underscores and points",
                text -> new TunnelInterface(text, place.get("mtu").asInt(mtu)));
    }
}
