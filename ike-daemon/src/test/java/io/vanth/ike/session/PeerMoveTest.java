package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Through a NAT the peer's address may change, and everybody can send from an address of his own.
class PeerMoveTest {
    private static final InetAddress INTRUDER = InetAddress.ofLiteral("203.0.113.66");
    private static final InetAddress ROUTER = InetAddress.ofLiteral("198.51.100.1");

    private final Random random = new Random(61);
    private final Translation router = new Translation().hide(Pair.A, ROUTER);
    private final Pair pair = new Pair(
            ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), List.of("dpd 5s/30s restart")),
            ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), List.of("peer any", "dpd 0s")));

    @BeforeEach
    void start() {
        pair.translate(router);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
    }

    private InetSocketAddress peer() {
        return pair.b().engine.sessions().getFirst().path().remote();
    }

    private void intrude(Bytes datagram) {
        pair.b().event(new Event.Datagram(new Path(new InetSocketAddress(Pair.B, 4500),
                new InetSocketAddress(INTRUDER, 40_000 + random.nextInt(100)), true), datagram));
    }

    @DisplayName("S-21: keepalives, forgeries and recorded messages from elsewhere move nobody")
    @Test
    void only_what_is_authentic_and_new_moves_the_peer() {
        InetSocketAddress before = peer();
        assertEquals(ROUTER, before.getAddress());
        pair.advance(Duration.ofSeconds(12));
        var mutator = new PayloadMutator(random);
        for (var each : pair.recorded()) {
            Bytes honest = each.datagram().bytes();
            intrude(honest);
            for (int i = 0; i < 200; i++) {
                byte[] changed = honest.toArray();
                changed[IsakmpHeader.BYTES + random.nextInt(changed.length - IsakmpHeader.BYTES)] ^= 1;
                intrude(Bytes.owning(changed));
                intrude(mutator.noise(100));
            }
            intrude(Bytes.of((byte) 0xff));
            assertEquals(before, peer());
        }
        pair.advance(Duration.ofSeconds(1));
        assertEquals(before, peer());
        assertEquals(1, pair.b().engine.sessions().size());
    }

    @DisplayName("S-21: an authentic message through another mapping moves the peer")
    @Test
    void the_peer_moves_with_an_authentic_message() {
        InetSocketAddress before = peer();
        router.forget();
        pair.advance(Duration.ofSeconds(12));
        assertEquals(ROUTER, peer().getAddress());
        assertEquals(before.getPort() + 1, peer().getPort());
    }
}
