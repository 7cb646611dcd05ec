package io.vanth.ike.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.manual.ManualLayer;
import io.vanth.ike.manual.ManualPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Makes a manual policy of its section.
final class PolicyReader {
    private static final int STANDARD_ORDER = 1000;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PROTOCOL = 255;
    private static final int CODES = 256;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final Map<String, Integer> PROTOCOLS = Map.of("any", 0, "icmp", ICMP, "icmpv6", ICMPV6, "tcp", 6,
            "udp", 17, "dccp", 33, "gre", 47, "sctp", 132, "udplite", 136);
    private static final List<Integer> WITH_PORTS = List.of(6, 17, 33, 132, 136);
    private static final String A_NETWORK = "write a network as 10.1.0.0/24";

    private PolicyReader() {}

    /// The policy of `section`, or empty after a finding.
    static Optional<ManualPolicy> read(Section section) {
        Optional<AddressRange> local = section.parsed("local", A_NETWORK, AddressRange::parse);
        Optional<AddressRange> remote = section.parsed("remote", A_NETWORK, AddressRange::parse);
        Optional<Integer> protocol = section.has("protocol")
                ? section.parsed("protocol", "write a name as tcp, or a number from 0 to 255", PolicyReader::protocol)
                : Optional.of(TrafficSelector.ANY_PROTOCOL);
        Optional<ManualPolicy.Action> action = action(section.section("action"));
        if (local.isEmpty() || remote.isEmpty() || protocol.isEmpty() || action.isEmpty()) {
            return Optional.empty();
        }
        boolean ipv6 = local.get().isIpv6();
        if (protocol.get() == (ipv6 ? ICMP : ICMPV6)) {
            section.section("protocol").error("%s has no %s".formatted(ipv6 ? "IPv6" : "IPv4",
                    ipv6 ? "icmp" : "icmpv6"), "write %s".formatted(ipv6 ? "icmpv6" : "icmp"));
            return Optional.empty();
        }
        Optional<int[]> near = ports(section, "localPort", protocol.get());
        Optional<int[]> far = ports(section, "remotePort", protocol.get());
        if (near.isEmpty() || far.isEmpty()) {
            return Optional.empty();
        }
        return section.parse("", "write both as IPv4 or both as IPv6",
                _ -> new ManualPolicy(section.name(), section.get("order").asInt(STANDARD_ORDER), new TrafficPair(
                        new TrafficSelector(local.get(), protocol.get(), near.get()[0], near.get()[1]),
                        new TrafficSelector(remote.get(), protocol.get(), far.get()[0], far.get()[1])), action.get()));
    }

    private static int protocol(String text) {
        Integer known = PROTOCOLS.get(text.toLowerCase(Locale.ROOT));
        if (known != null) {
            return known;
        }
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > MAX_PROTOCOL) {
            throw new IllegalArgumentException("'%s' is no IP protocol".formatted(text));
        }
        return Integer.parseInt(text);
    }

    /// Ports, or the message of ICMP, which is the same on both sides.
    private static Optional<int[]> ports(Section section, String key, int protocol) {
        boolean icmp = protocol == ICMP || protocol == ICMPV6;
        if (section.has("icmp") && !icmp) {
            section.section("icmp").error("only icmp and icmpv6 have messages", "write protocol: icmp");
            return Optional.empty();
        }
        if (icmp && section.has(key)) {
            section.section(key).error("icmp has no ports", "write icmp: {type: 8}");
            return Optional.empty();
        }
        if (section.has("icmp")) {
            JsonNode code = section.section("icmp").get("code");
            int first = section.section("icmp").get("type").asInt() * CODES + code.asInt(0);
            return Optional.of(new int[]{first, code.isMissingNode() ? first + CODES - 1 : first});
        }
        if (!section.has(key)) {
            return Optional.of(new int[]{0, MAX_PORT});
        }
        if (!WITH_PORTS.contains(protocol)) {
            section.section(key).error("ports are of tcp, udp, sctp, dccp and udplite only", "write protocol: tcp");
            return Optional.empty();
        }
        return section.parsed(key, "write a port as 110, or a range as 1024-65535", PolicyReader::range);
    }

    private static int[] range(String text) {
        int dash = text.indexOf('-');
        String first = dash < 0 ? text : text.substring(0, dash);
        String last = dash < 0 ? text : text.substring(dash + 1);
        if (!first.matches("\\d{1,5}") || !last.matches("\\d{1,5}") || Integer.parseInt(last) > MAX_PORT
                || Integer.parseInt(first) > Integer.parseInt(last)) {
            throw new IllegalArgumentException("'%s' is neither a port nor a range of ports".formatted(text));
        }
        return new int[]{Integer.parseInt(first), Integer.parseInt(last)};
    }

    private static Optional<ManualPolicy.Action> action(Section place) {
        if (place.node().isTextual()) {
            return place.parse(place.node().asText(),
                    "write bypass, discard, or a list of layers as [esp/tunnel/192.0.2.1-198.51.100.7/require]",
                    word -> switch (word) {
                        case "bypass" -> new ManualPolicy.Bypass();
                        case "discard" -> new ManualPolicy.Discard();
                        default -> throw new IllegalArgumentException("'%s' is no action".formatted(word));
                    });
        }
        List<ManualLayer> layers = new ArrayList<>();
        for (int index = 0; index < place.node().size(); index++) {
            Section item = new Section(place.document(), place.at().appendIndex(index), place.findings());
            item.parse(item.node().asText(), "write layers as esp/tunnel/192.0.2.1-198.51.100.7/require",
                    ManualLayer::parse).ifPresent(layers::add);
        }
        long different = layers.stream().map(each -> List.of(each.protocol(), each.mode(), each.ends())).distinct()
                .count();
        if (different < layers.size()) {
            place.error("the same protocol and mode twice between the same ends", "write other ends, or one layer");
            return Optional.empty();
        }
        return layers.size() == place.node().size()
                ? Optional.of(new ManualPolicy.Protect(layers))
                : Optional.empty();
    }
}
