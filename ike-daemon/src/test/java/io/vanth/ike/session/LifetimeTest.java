package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Lifetimes that a peer names, sensible and not.
class LifetimeTest {
    private static final int ESP = 3;

    private final Random random = new Random(23);
    private final Pair pair = RoguePeer.pair(List.of("lifetime 10m"));
    private final RoguePeer peer = new RoguePeer(pair, random);

    @BeforeEach
    void start() {
        pair.b().start();
        peer.establish();
    }

    private void quickMode(Duration lifetime) {
        peer.forgetHeard();
        int messageId = random.nextInt() | 1;
        Payload sa = PhaseTwoOffer.offer(List.of(ProposalNames.parseEsp("aes128gcm16")), lifetime, TunnelMode.PLAIN,
                new Spi(0x100 + random.nextInt(1 << 30)));
        Payload nonce = peer.nonce();
        var payloads = new ArrayList<>(List.of(sa, nonce));
        payloads.addAll(RoguePeer.networks());
        var chain = PayloadMutator.Chain.of(payloads);
        Bytes first = peer.protectedBy(Authenticator.hash1(peer.keys(), messageId, chain.bytes()),
                ExchangeType.QUICK_MODE.code(), messageId, peer.iv(messageId), chain);
        peer.say(first);
        Bytes answer = peer.hear();
        Bytes theirs = peer.open(answer, peer.cipher().lastBlock(first.from(28))).get(2).body();
        peer.say(peer.protectedBy(Authenticator.hash3(peer.keys(), messageId, nonce.body(), theirs),
                ExchangeType.QUICK_MODE.code(), messageId, peer.cipher().lastBlock(answer.from(28)),
                PayloadMutator.Chain.of(List.of())));
    }

    private EngineStatus.TunnelStatus tunnel() {
        return pair.b().engine.status(pair.now()).connections().get(1).tunnels().getFirst();
    }

    private SecurityAssociation outbound() {
        return pair.b().installed.values().stream()
                .filter(sa -> sa.group().equals(RoguePeer.GROUP) && sa.direction() == Direction.OUTBOUND).findFirst()
                .orElseThrow();
    }

    private void say(Bytes spi, Duration lifetime) {
        say(Payload.Notification.of(ESP, spi, NotifyType.RESPONDER_LIFETIME.code(),
                PhaseTwoOffer.lifetimeData(lifetime)));
    }

    private void say(Payload payload) {
        int messageId = random.nextInt() | 1;
        var chain = PayloadMutator.Chain.of(List.of(payload));
        peer.say(peer.protectedBy(Authenticator.hash1(peer.keys(), messageId, chain.bytes()),
                ExchangeType.INFORMATIONAL.code(), messageId, peer.iv(messageId), chain));
    }

    /// RFC 2407 section 4.6.3.1 allows it in an informational exchange too.
    @Test
    void a_responder_lifetime_that_comes_later_is_kept_to() {
        quickMode(Duration.ofHours(1));
        say(Bytes.ofInt(outbound().id().spi().value()), Duration.ofMinutes(2));
        pair.advance(Duration.ofSeconds(85));
        peer.forgetHeard();
        pair.advance(Duration.ofSeconds(20));
        assertEquals(ExchangeType.QUICK_MODE.code(), peer.hear().at(18), "new keys are asked for in time");
        pair.advance(Duration.ofSeconds(20));
        assertTrue(tunnel().child().isEmpty(), "the peer does not receive on it any more");
    }

    @Test
    void a_longer_responder_lifetime_changes_nothing() {
        quickMode(Duration.ofMinutes(10));
        Instant expires = tunnel().child().orElseThrow().expires();
        say(Bytes.ofInt(outbound().id().spi().value()), Duration.ofHours(2));
        say(Bytes.ofInt(0x12345678), Duration.ofSeconds(1));
        assertEquals(expires, tunnel().child().orElseThrow().expires());
        pair.advance(Duration.ofMinutes(5));
        assertTrue(tunnel().child().isPresent());
    }

    private Optional<Instant> phaseOneEnds() {
        return pair.b().engine.status(pair.now()).connections().get(1).isakmp().map(EngineStatus.IsakmpStatus::expires);
    }

    private static Payload phaseOne(Bytes cookies, Duration lifetime) {
        return Payload.Notification.of(1, cookies, NotifyType.RESPONDER_LIFETIME.code(),
                PhaseOneOffer.lifetimeData(lifetime));
    }

    /// RFC 2407 section 4.6.3.1: it is the responder that says so, and only of the SA that it names.
    @Test
    void a_lifetime_of_phase_one_is_the_responders_to_say() {
        Optional<Instant> before = phaseOneEnds();
        say(phaseOne(peer.cookies(), Duration.ofMinutes(2)));
        assertEquals(before, phaseOneEnds());
        say(Payload.Delete.of(1, List.of(peer.cookies())));
        peer.establishAsResponder();
        before = phaseOneEnds();
        say(phaseOne(Bytes.ofHex("00".repeat(16)), Duration.ofMinutes(2)));
        say(phaseOne(peer.cookies(), Duration.ofDays(900)));
        assertEquals(before, phaseOneEnds());
        say(phaseOne(peer.cookies(), Duration.ofMinutes(2)));
        assertEquals(Optional.of(pair.now().plus(Duration.ofMinutes(2))), phaseOneEnds());
        pair.advance(Duration.ofSeconds(90));
        pair.forget();
        pair.advance(Duration.ofSeconds(20));
        assertTrue(pair.b().sent.stream().anyMatch(each -> each.at(18) == ExchangeType.MAIN_MODE.code()),
                "it is replaced in time");
        pair.advance(Duration.ofSeconds(20));
        assertFalse(peer.established());
    }

    /// What no peer can mean must not make the ends negotiate without a pause.
    @Test
    void a_lifetime_of_nothing_makes_no_storm() {
        for (int seconds = 0; seconds < 3; seconds++) {
            quickMode(Duration.ofSeconds(seconds));
            int before = pair.b().sent.size();
            pair.advance(Duration.ofMinutes(1));
            int sent = pair.b().sent.size() - before;
            assertTrue(sent < 60, sent + " messages within a minute for a lifetime of " + seconds);
        }
    }

    /// An authenticated rogue that names a second does not have us negotiate every second; the operator learns of it.
    @Test
    void a_tiny_lifetime_is_kept_longer_and_explained() {
        quickMode(Duration.ofSeconds(1));
        var child = tunnel().child().orElseThrow();
        assertEquals(Duration.ofSeconds(30), Duration.between(child.established(), child.expires()));
        assertTrue(
                pair.b().reports(Report.Note.class).stream().anyMatch(each -> each.text().contains("lifetime of 1 s")));
        assertTrue(pair.b().engine.diagnose("rogue").orElseThrow().failures().stream()
                .anyMatch(each -> each.failure().incident().failure().label().equals("lifetime_too_short")));
        peer.forgetHeard();
        say(Bytes.ofInt(outbound().id().spi().value()), Duration.ofSeconds(1));
        assertEquals(child.expires(), tunnel().child().orElseThrow().expires());
        pair.advance(Duration.ofSeconds(15));
        assertTrue(tunnel().child().isPresent());
    }

    /// What was kept longer is kept longer where its packets are, too.
    @Test
    void the_data_plane_ends_no_pair_sooner_than_it_is_kept() {
        quickMode(Duration.ofSeconds(1));
        Instant installed = pair.now();
        peer.forgetHeard();
        for (int second = 0; second < 20; second++) {
            pair.advance(Duration.ofSeconds(1));
            expire(installed);
            assertTrue(tunnel().child().isPresent(), "after " + second + " s");
        }
        assertTrue(peer.silent());
    }

    private void expire(Instant installed) {
        for (SecurityAssociation each : List.copyOf(pair.b().installed.values())) {
            boolean over = !each.hard().time().map(installed::plus).orElse(Instant.MAX).isAfter(pair.now());
            if (over && each.group().equals(RoguePeer.GROUP)) {
                pair.b().event(new Event.FromDataPlane(new DataPlaneEvent.Expired(each.id(), each.group(), true)));
            }
        }
    }

    /// A peer that says the same again makes us remember no more.
    @Test
    void what_a_peer_says_of_a_lifetime_again_adds_nothing() {
        quickMode(Duration.ofHours(1));
        Bytes spi = Bytes.ofInt(outbound().id().spi().value());
        say(spi, Duration.ofMinutes(2));
        assertEquals(pair.now().plus(Duration.ofMinutes(2)), tunnel().child().orElseThrow().expires());
        int before = pair.b().engine.awaited();
        for (int count = 0; count < 1000; count++) {
            say(spi, Duration.ofMinutes(2));
        }
        assertEquals(before, pair.b().engine.awaited());
        for (int less = 1; less < 60; less++) {
            say(spi, Duration.ofSeconds(120 - less));
        }
        assertEquals(before, pair.b().engine.awaited());
    }

    @Test
    void a_lifetime_of_phase_one_that_shrinks_adds_nothing() {
        say(Payload.Delete.of(1, List.of(peer.cookies())));
        peer.establishAsResponder();
        say(phaseOne(peer.cookies(), Duration.ofMinutes(2)));
        int before = pair.b().engine.awaited();
        for (int less = 1; less < 60; less++) {
            say(phaseOne(peer.cookies(), Duration.ofSeconds(120 - less)));
        }
        assertEquals(before, pair.b().engine.awaited());
        assertEquals(Optional.of(pair.now().plusSeconds(61)), phaseOneEnds());
    }

    /// A peer may tie its IPsec SAs to the ISAKMP SA under which they were agreed (I-15).
    @Test
    void what_was_agreed_under_an_older_isakmp_sa_is_agreed_anew_before_that_ends() {
        quickMode(Duration.ofHours(1));
        pair.advance(Duration.ofMinutes(4));
        peer.establish();
        pair.advance(Duration.ofSeconds(280));
        peer.forgetHeard();
        pair.advance(Duration.ofSeconds(55));
        Bytes heard = peer.hear();
        assertEquals(ExchangeType.QUICK_MODE.code(), heard.at(18), "before the older one ends");
        assertEquals(peer.cookies(), heard.slice(0, 16), "under the newer one");
    }

    @Test
    void what_was_agreed_under_the_newer_one_stays_as_it_is() {
        pair.advance(Duration.ofMinutes(4));
        peer.establish();
        quickMode(Duration.ofHours(1));
        pair.advance(Duration.ofSeconds(280));
        peer.forgetHeard();
        pair.advance(Duration.ofSeconds(55));
        assertTrue(peer.silent());
    }
}
