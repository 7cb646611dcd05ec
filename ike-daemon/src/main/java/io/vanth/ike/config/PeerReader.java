package io.vanth.ike.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.Ports;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where a peer is: an address or a name, several of them, or `any`.
final class PeerReader {
    static final String ANY = "any";
    /// RFC 1123 section 2.1, which has a letter in the last label: digits alone would be a mistyped address.
    private static final Pattern NAME = Pattern
            .compile("(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.)*"
                    + "[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.?");

    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");

    private PeerReader() {}

    /// The hosts of a peer, none for any; empty after a finding.
    static Optional<List<PeerHost>> hosts(Section place) {
        List<Section> items = items(place);
        if (items.isEmpty() || items.size() == 1 && items.getFirst().node().asText().equals(ANY)) {
            return Optional.of(List.of());
        }
        List<PeerHost> hosts = new ArrayList<>();
        for (Section item : items) {
            item.parse(item.node().asText(), "write an IP address, the name of a host, or any alone", PeerReader::host)
                    .ifPresent(hosts::add);
        }
        return hosts.size() == items.size() ? Optional.of(hosts) : Optional.empty();
    }

    /// The places in which its addresses are written.
    private static List<Section> items(Section place) {
        Section at = place.node().isTextual() ? place : place.section("address");
        JsonNode node = at.node();
        if (!node.isArray()) {
            return node.isMissingNode() ? List.of() : List.of(at);
        }
        List<Section> items = new ArrayList<>();
        for (int index = 0; index < node.size(); index++) {
            items.add(new Section(at.document(), at.at().appendIndex(index), at.findings()));
        }
        return items;
    }

    private static PeerHost host(String text) {
        Optional<InetAddress> literal = literal(text);
        if (literal.isEmpty() && !text.equals(ANY) && NAME.matcher(text).matches()) {
            return new PeerHost.Name(text);
        }
        InetAddress address = literal.orElseThrow(
                () -> new IllegalArgumentException("'%s' is neither an IP address nor the name of a host"
                        .formatted(text)));
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException("'%s' is not the address of one host".formatted(text));
        }
        return new PeerHost.Address(address);
    }

    /// Not the old short forms, in which 198.51.100 is 198.51.0.100.
    private static Optional<InetAddress> literal(String text) {
        if (NUMERIC.matcher(text).matches() && text.chars().filter(each -> each == '.').count() != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /// The ports on which the peer listens.
    static Ports ports(Section place) {
        return new Ports(place.get("port").asInt(Ports.STANDARD.ike()),
                place.get("natTraversalPort").asInt(Ports.STANDARD.natTraversal()));
    }
}
