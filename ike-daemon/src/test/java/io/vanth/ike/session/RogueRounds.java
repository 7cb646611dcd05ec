package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Rounds in which a rogue says spoiled things to `b`, while an honest peer has a tunnel with it: nothing escapes, nothing
/// stays, and nothing of the honest peer is touched.
final class RogueRounds {
    static final int ISAKMP = 1;
    /// A short run loads classes while the heap is measured; a long one has done so before.
    private static final int LONG = 4_000;
    private static final long CLASSES = 4 * Heap.MEBIBYTE;

    final Random random = new Random(17);
    final PayloadMutator mutator = new PayloadMutator(random);
    final Pair pair;
    final RoguePeer rogue;
    final Set<SaId> honest;
    private final int messages;
    private int said;

    /// Of `messages` in all.
    RogueRounds(RogueKind kind, int messages) {
        this.messages = messages;
        pair = RoguePeer.pair(kind);
        rogue = new RoguePeer(pair, random, kind);
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(1));
        honest = Set.copyOf(pair.b().installed.keySet());
        assertEquals(2, honest.size());
    }

    /// Plays `round`, which says some messages, until enough were said; then nothing is left of them.
    void play(Runnable round) {
        while (said < messages / 4) {
            playOnce(round);
        }
        pair.forget();
        long before = Heap.used();
        while (said < messages) {
            playOnce(round);
        }
        pair.forget();
        rogue.forgetHeard();
        pair.advance(Duration.ofMinutes(5));
        Heap.assertGrowth(before, messages < LONG ? CLASSES : Heap.MEBIBYTE);
        assertEquals(0, pair.b().engine.status(pair.now()).halfOpen());
        assertTrue(pair.a().reports(Report.TunnelDown.class).isEmpty());
        for (Pair.Host host : List.of(pair.a(), pair.b())) {
            host.event(new Event.Shutdown());
            pair.advance(Duration.ofMinutes(5));
            host.assertEmpty();
        }
    }

    private void playOnce(Runnable round) {
        round.run();
        assertTrue(pair.b().installed.keySet().containsAll(honest), "an SA of the honest peer is gone");
        assertTrue(pair.a().installed.keySet().containsAll(honest), "the honest peer has lost an SA");
        rogue.forgetHeard();
        pair.forget();
    }

    /// Says one of the messages.
    void say(Bytes message) {
        said++;
        rogue.say(message);
    }

    /// Says one of them in an informational exchange, with the right hash.
    void inform(PayloadMutator.Chain chain) {
        said++;
        informBesides(chain);
    }

    private void informBesides(PayloadMutator.Chain chain) {
        int messageId = random.nextInt() | 1;
        rogue.say(rogue.protectedBy(Authenticator.hash1(rogue.keys(), messageId, chain.bytes()),
                ExchangeType.INFORMATIONAL.code(), messageId, rogue.iv(messageId), chain));
    }

    boolean halfOpen() {
        return pair.b().engine.status(pair.now()).halfOpen() > 0;
    }

    /// The rogue says that it has no other SA.
    Payload contact() {
        return Payload.Notification.of(ISAKMP, rogue.cookies(), NotifyType.INITIAL_CONTACT.code(), Bytes.EMPTY);
    }

    /// Whatever there is with the rogue goes, by its own wish.
    void end() {
        if (rogue.established()) {
            informBesides(PayloadMutator.Chain.of(List.of(Payload.Delete.of(ISAKMP, List.of(rogue.cookies())))));
            assertFalse(rogue.established());
        }
        pair.advance(Duration.ofSeconds(31));
    }

    /// Whatever there is with the rogue goes, by the wish of `b`.
    void down() {
        pair.b().event(new Event.Down("rogue", false));
        pair.advance(Duration.ofSeconds(31));
        assertFalse(rogue.established());
    }
}
