package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// SAs of one direction that go into the tables together or not at all, the outermost last. All use the outermost one's
/// socket, so that one agent owns their windows.
record PreparedBundle(List<PreparedSa> layers) {
    /// Checks that the engine can do all SAs and copies their keys.
    static PreparedBundle of(List<SecurityAssociation> bundle, SecureRandom random, Identifications identifications,
            int mtu) throws DataPlaneException {
        if (bundle.isEmpty()) {
            throw new DataPlaneException("no SA to install");
        }
        checkTogether(bundle);
        List<PreparedSa> layers = new ArrayList<>();
        try {
            for (SecurityAssociation each : bundle) {
                layers.add(PreparedSa.of(each, random, identifications, mtu));
            }
            return new PreparedBundle(layers);
        } catch (DataPlaneException refused) {
            layers.forEach(PreparedSa::close);
            throw refused;
        }
    }

    private static void checkTogether(List<SecurityAssociation> bundle) throws DataPlaneException {
        SecurityAssociation outermost = bundle.getLast();
        Set<SaId> ids = new HashSet<>();
        for (SecurityAssociation each : bundle) {
            if (bundle.size() > 1 && each.outer().flow().packetsPerSecond() > 0) {
                throw PreparedSa.refused(each, "sends dummy packets through an SA of ESP alone, not through a bundle");
            }
            if (!ids.add(each.id())) {
                throw PreparedSa.refused(each, "has each SA once, not twice in one bundle");
            }
            if (each.direction() != outermost.direction() || !each.group().equals(outermost.group())) {
                throw PreparedSa.refused(each, "has bundles of one direction and one group");
            }
            if (each.encapsulation().isPresent() && !each.equals(outermost)) {
                throw PreparedSa.refused(each, "encapsulates the outermost SA of a bundle in UDP and no other");
            }
        }
    }

    /// Gives back what the layers hold; for SAs that did not get into the tables.
    void close() {
        layers.forEach(PreparedSa::close);
    }

    Direction direction() {
        return layers.getFirst().association().direction();
    }

    List<SaId> ids() {
        return layers.stream().map(each -> each.association().id()).toList();
    }

    /// The end that is this host's UDP socket; empty where the packets go without UDP.
    Optional<InetSocketAddress> local() {
        SecurityAssociation outermost = layers.getLast().association();
        InetAddress address = outermost.direction() == Direction.OUTBOUND
                ? outermost.source()
                : outermost.id().destination();
        return outermost.encapsulation().map(UdpEncapsulation::localPort)
                .map(port -> new InetSocketAddress(address, port));
    }

    OutboundBundle outbound(EspTransport transport, Instant now) {
        return new OutboundBundle(layers.stream().map(each -> each.outbound(transport, now)).toList());
    }

    List<InboundSa> inbound(EspTransport transport, Instant now) {
        return new InboundBundle(layers.stream().map(each -> each.inbound(transport, now)).toList()).layers();
    }
}
