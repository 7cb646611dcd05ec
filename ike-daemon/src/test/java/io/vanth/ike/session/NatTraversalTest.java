package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NatTraversal;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Routers that translate addresses between two engines, and peers that speak older drafts.
class NatTraversalTest {
    private static final InetAddress ROUTER_A = InetAddress.ofLiteral("198.51.100.1");
    private static final InetAddress ROUTER_B = InetAddress.ofLiteral("198.51.100.2");
    private static final Duration SOON = Duration.ofSeconds(1);

    private static Connection a() {
        return Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS);
    }

    private static Connection b() {
        return Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE);
    }

    private static Connection towards(Connection of, InetAddress remote) {
        return ConnectionDraft.change(of, draft -> draft.remoteHosts = List.of(new PeerHost.Address(remote)));
    }

    private static Pair start(Connection a, Connection b, Translation translation) {
        var pair = new Pair(a, b);
        pair.translate(translation);
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
        return pair;
    }

    private static SecurityAssociation outbound(Pair.Host host) {
        return host.installed.values().stream().filter(each -> each.direction() == Direction.OUTBOUND).findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"RFC_3947,RFC 3947", "DRAFT_03,draft-ietf-ipsec-nat-t-ike-03", "DRAFT_02,draft-ietf-ipsec-nat-t-ike-02",
            "DRAFT_02_WITH_LINE_BREAK,'draft-ietf-ipsec-nat-t-ike-02\n'"})
    void vendor_ids_are_the_hashes_of_the_names(NatTraversal which, String name) throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.US_ASCII));
        assertEquals(Bytes.owning(hash), which.vendorId().body());
    }

    /// A peer that announces nothing newer than `newest`: its payload numbers and modes are used.
    @ParameterizedTest
    @EnumSource
    void the_newest_that_both_speak_is_used(NatTraversal newest) {
        var pair = new Pair(a(), b());
        pair.translate(new Translation().hide(Pair.A, ROUTER_A));
        pair.restart(pair.b(), towards(b(), ROUTER_A));
        pair.tamper(bytes -> List.of(withoutNewer(bytes, newest)));
        pair.a().start();
        pair.b().start();
        pair.advance(SOON);
        assertTrue(outbound(pair.a()).encapsulation().isPresent());
        assertTrue(outbound(pair.b()).encapsulation().isPresent());
        assertEquals(4500, outbound(pair.a()).encapsulation().orElseThrow().remotePort());
        Set<Integer> seen = Set.copyOf(pair.recorded().stream()
                .flatMap(each -> payloads(each.datagram().bytes()).stream())
                .filter(Payload.NatDiscovery.class::isInstance).map(Payload::type).toList());
        assertEquals(Set.of(newest == NatTraversal.RFC_3947 ? 20 : 130), seen);
    }

    private static List<Payload> payloads(Bytes datagram) {
        return MessageReader.read(datagram) instanceof IsakmpMessage message ? message.payloads() : List.of();
    }

    private static Bytes withoutNewer(Bytes datagram, NatTraversal newest) {
        var newer = Arrays.stream(NatTraversal.values()).filter(each -> each.compareTo(newest) < 0)
                .map(NatTraversal::vendorId).toList();
        return MessageReader.read(datagram) instanceof IsakmpMessage(var header, var payloads)
                ? MessageWriter.write(header, payloads.stream().filter(each -> !newer.contains(each)).toList())
                : datagram;
    }

    @Test
    void nobody_behind_a_router_means_no_encapsulation() {
        var pair = start(a(), b(), Translation.NONE);
        pair.assertConnected();
        assertTrue(outbound(pair.a()).encapsulation().isEmpty());
    }

    @Test
    void both_ends_may_be_behind_routers() {
        var translation = new Translation().hide(Pair.A, ROUTER_A).hide(Pair.B, ROUTER_B).forward(Pair.B, 500)
                .forward(Pair.B, 4500);
        var pair = start(towards(a(), ROUTER_B), towards(b(), ROUTER_A), translation);
        var atB = outbound(pair.b());
        assertEquals(ROUTER_A, atB.id().destination());
        assertEquals(ROUTER_B, outbound(pair.a()).id().destination());
        assertNotEquals(4500, atB.encapsulation().orElseThrow().remotePort(), "the router chose the port");
        assertTrue(pair.a().status().tunnels().getFirst().child().isPresent());
        pair.b().event(new Event.Rekey("site"));
        pair.advance(SOON);
        assertEquals(2, pair.a().reports(Report.TunnelUp.class).size());
    }

    /// S-21: the router restarts and gives another port. Only what is authenticated moves the peer.
    @Test
    void the_path_moves_with_an_authenticated_packet_only() {
        var translation = new Translation().hide(Pair.A, ROUTER_A);
        var pair = start(a(), towards(b(), ROUTER_A), translation);
        String before = pair.b().status().peer();
        Bytes last = pair.recorded().stream().filter(each -> each.to().equals(Pair.B)).toList().getLast().datagram()
                .bytes();
        var elsewhere = new Path(new InetSocketAddress(Pair.B, 4500), new InetSocketAddress(ROUTER_A, 31_337), true);
        pair.b().event(new Event.Datagram(elsewhere, last));
        byte[] forged = last.toArray();
        forged[40] ^= 1;
        pair.b().event(new Event.Datagram(elsewhere, Bytes.owning(forged)));
        assertEquals(before, pair.b().status().peer(), "a replay and a forgery move nothing");
        translation.forget();
        pair.a().event(new Event.Rekey("site"));
        pair.advance(SOON);
        assertNotEquals(before, pair.b().status().peer());
        assertTrue(pair.a().reports(Report.TunnelUp.class).getLast().rekeyed());
        pair.b().event(new Event.Rekey("site"));
        pair.advance(SOON);
        assertEquals(3, pair.b().reports(Report.TunnelUp.class).size(), "the way back works too");
    }

    @Test
    void authenticated_packets_of_the_tunnel_move_the_path_too() {
        var translation = new Translation().hide(Pair.A, ROUTER_A);
        var pair = start(a(), towards(b(), ROUTER_A), translation);
        translation.forget();
        pair.a().event(new Event.Rekey("site"));
        pair.lose(_ -> true);
        pair.advance(SOON);
        var inbound = pair.b().installed.values().stream().filter(each -> each.direction() == Direction.INBOUND)
                .findFirst().orElseThrow();
        var moved = new InetSocketAddress(ROUTER_A, 44_444);
        pair.b().event(new Event.FromDataPlane(
                new DataPlaneEvent.MappingChanged(inbound.id(), inbound.group(), moved, moved)));
        assertTrue(pair.b().status().peer().contains("44444"));
    }

    @Test
    void who_is_behind_a_router_keeps_its_mapping() {
        var pair = start(a(), towards(b(), ROUTER_A), new Translation().hide(Pair.A, ROUTER_A));
        pair.advance(Duration.ofMinutes(2));
        assertTrue(pair.a().keepalives >= 3, "one each 20 seconds or so");
        assertEquals(0, pair.b().keepalives, "B is behind none");
    }
}
