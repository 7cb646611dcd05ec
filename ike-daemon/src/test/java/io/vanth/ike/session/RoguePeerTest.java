package io.vanth.ike.session;

import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.TunnelMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// An authenticated peer whose encrypted payloads are spoiled, with hashes that are right all the same: nothing escapes,
/// nothing stays, and nothing of another peer is touched. Four kinds of message share the runs of the long profile.
class RoguePeerTest {
    private static final int MESSAGES = Boolean.getBoolean("vanth.long") ? 25_000 : 1_000;
    /// So many spoiled messages meet one state.
    private static final int ATTEMPTS = 20;
    private static final int ISAKMP = RogueRounds.ISAKMP;
    private static final int ESP = 3;
    private static final int FIRST_NOTIFY_OF_SUCCESS = 24_576;

    private final RogueRounds rounds = new RogueRounds(RogueKind.MAIN_MODE_WITH_A_KEY, MESSAGES);
    private final Random random = rounds.random;
    private final PayloadMutator mutator = rounds.mutator;
    private final Pair pair = rounds.pair;
    private final RoguePeer rogue = rounds.rogue;

    private List<Payload> quickMode() {
        Payload sa = PhaseTwoOffer.offer(List.of(ProposalNames.parseEsp("aes128gcm16")), Duration.ofHours(1),
                TunnelMode.PLAIN,
                new Spi(0x100 + random.nextInt(1 << 30)));
        var payloads = new ArrayList<>(List.of(sa, rogue.nonce()));
        payloads.addAll(RoguePeer.networks());
        return payloads;
    }

    private Bytes first(int messageId, PayloadMutator.Chain chain) {
        return rogue.protectedBy(Authenticator.hash1(rogue.keys(), messageId, chain.bytes()),
                ExchangeType.QUICK_MODE.code(), messageId, rogue.iv(messageId), chain);
    }

    @DisplayName("S-3, S-10, S-11: spoiled proposals and networks in quick mode message 1")
    @Test
    void quick_mode_1() {
        rounds.play(() -> {
            rogue.establish();
            for (int i = 0; i < ATTEMPTS && rogue.established(); i++) {
                rounds.say(first(random.nextInt() | 1, mutator.mutate(quickMode())));
            }
            assertTrue(rogue.established(), "phase 1 survives what quick mode brings");
            rounds.end();
        });
    }

    @DisplayName("S-3, S-10, S-11: a spoiled selection in quick mode message 2")
    @Test
    void quick_mode_2() {
        rounds.play(() -> {
            rogue.establish();
            rogue.forgetHeard();
            pair.b().event(new Event.Up("rogue"));
            pair.advance(Duration.ZERO);
            answerQuickMode();
            rounds.down();
        });
    }

    private void answerQuickMode() {
        Bytes request = rogue.hear();
        int messageId = request.intAt(20);
        List<Payload> asked = rogue.open(request, rogue.iv(messageId));
        Bytes nonce = asked.get(2).body();
        Bytes iv = rogue.cipher().lastBlock(request.from(28));
        var honestAnswer = new ArrayList<Payload>(asked.subList(1, asked.size()));
        honestAnswer.set(1, rogue.nonce());
        for (int i = 0; i < ATTEMPTS && rogue.established(); i++) {
            PayloadMutator.Chain chain = mutator.mutate(honestAnswer);
            rounds.say(rogue.protectedBy(Authenticator.hash2(rogue.keys(), messageId, nonce, chain.bytes()),
                    ExchangeType.QUICK_MODE.code(), messageId, iv, chain));
        }
    }

    @DisplayName("S-3, S-20: a spoiled confirmation in quick mode message 3")
    @Test
    void quick_mode_3() {
        rounds.play(() -> {
            rogue.establish();
            int messageId = random.nextInt() | 1;
            List<Payload> request = quickMode();
            Bytes firstMessage = first(messageId, PayloadMutator.Chain.of(request));
            rogue.say(firstMessage);
            Bytes answer = rogue.hear();
            Bytes nonce = rogue.open(answer, rogue.cipher().lastBlock(firstMessage.from(28))).get(2).body();
            Bytes hash = Authenticator.hash3(rogue.keys(), messageId, request.get(1).body(), nonce);
            for (int i = 0; i < ATTEMPTS; i++) {
                rounds.say(
                        rogue.protectedBy(i < ATTEMPTS - 1 ? mutator.flip(hash) : hash, ExchangeType.QUICK_MODE.code(),
                                messageId, rogue.cipher().lastBlock(answer.from(28)),
                                mutator.mutate(List.of(rounds.contact()))));
            }
            rounds.end();
        });
    }

    @DisplayName("S-3, S-19: spoiled deletes and notifies")
    @Test
    void informational() {
        rounds.play(() -> {
            rogue.establish();
            for (int i = 0; i < ATTEMPTS && rogue.established(); i++) {
                rounds.inform(mutator.mutate(news()));
            }
            rounds.end();
        });
    }

    private List<Payload> news() {
        Bytes spi = rounds.honest.stream().skip(random.nextInt(2)).findFirst().map(id -> Bytes.ofInt(id.spi().value()))
                .orElseThrow();
        Bytes number = Bytes.ofInt(random.nextInt(100));
        return switch (random.nextInt(8)) {
            case 0 -> List.of(Payload.Notification.of(ISAKMP, rogue.cookies(), NotifyType.R_U_THERE.code(), number));
            case 1 ->
                List.of(Payload.Notification.of(ISAKMP, rogue.cookies(), NotifyType.R_U_THERE_ACK.code(), number));
            case 2 -> List.of(Payload.Delete.of(ESP, List.of(spi, number)));
            case 3 -> List.of(Payload.Notification.of(ESP, spi, NotifyType.RESPONDER_LIFETIME.code(),
                    PhaseTwoOffer.lifetimeData(Duration.ofSeconds(1))));
            case 4 -> List.of(rounds.contact());
            case 5 -> List.of(Payload.Notification.of(ESP, spi, random.nextInt(FIRST_NOTIFY_OF_SUCCESS), Bytes.EMPTY));
            case 6 -> List.of(Payload.Delete.of(ISAKMP, List.of(rogue.cookies())), rounds.contact());
            default -> List.of(new Payload.Unknown(random.nextInt(256), mutator.noise(64)), rounds.contact());
        };
    }

    @DisplayName("S-19: processing stops after the deletion of the ISAKMP SA")
    @Test
    void nothing_counts_behind_an_isakmp_delete() {
        rogue.establish();
        int messageId = random.nextInt() | 1;
        List<Payload> request = quickMode();
        Bytes firstMessage = first(messageId, PayloadMutator.Chain.of(request));
        rogue.say(firstMessage);
        Bytes answer = rogue.hear();
        Bytes nonce = rogue.open(answer, rogue.cipher().lastBlock(firstMessage.from(28))).get(2).body();
        rogue.say(rogue.protectedBy(Authenticator.hash3(rogue.keys(), messageId, request.get(1).body(), nonce),
                ExchangeType.QUICK_MODE.code(), messageId, rogue.cipher().lastBlock(answer.from(28)),
                PayloadMutator.Chain.of(List.of())));
        List<SaId> outbound = rogueSas(Direction.OUTBOUND);
        assertEquals(1, outbound.size());
        rounds.inform(PayloadMutator.Chain.of(List.of(Payload.Delete.of(ISAKMP, List.of(rogue.cookies())),
                Payload.Delete.of(ESP, List.of(Bytes.ofInt(outbound.getFirst().spi().value()))))));
        assertFalse(rogue.established());
        assertEquals(outbound, rogueSas(Direction.OUTBOUND), "the second Delete did not count");
    }

    @DisplayName("S-20: a message id that was used makes no other SA, with whatever content")
    @Test
    void a_used_message_id_is_never_taken_again() {
        rogue.establish();
        int messageId = random.nextInt() | 1;
        rogue.say(first(messageId, PayloadMutator.Chain.of(quickMode())));
        int before = pair.b().installed.size();
        for (int i = 0; i < 100; i++) {
            rogue.say(first(messageId, PayloadMutator.Chain.of(quickMode())));
        }
        rounds.inform(PayloadMutator.Chain.of(List.of(rounds.contact())));
        assertEquals(before, pair.b().installed.size());
        assertEquals(1, rogueSas(Direction.INBOUND).size());
    }

    private List<SaId> rogueSas(Direction direction) {
        return pair.b().installed.values().stream()
                .filter(sa -> sa.group().equals(RoguePeer.GROUP) && sa.direction() == direction)
                .map(sa -> sa.id()).collect(Collectors.toList());
    }
}
