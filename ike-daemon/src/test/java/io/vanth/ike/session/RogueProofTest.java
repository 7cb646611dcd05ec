package io.vanth.ike.session;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A peer that knows the key, or has a certificate that is believed, spoils the messages of phase 1 in which it proves who
/// it is: identities, hashes, signatures and certificates.
class RogueProofTest {
    private static final int MESSAGES = Boolean.getBoolean("vanth.long") ? 15_000 : 400;
    /// So many spoiled messages meet one state: with signatures, few are judged before a negotiation takes no more.
    private static final int ATTEMPTS = 20;
    private static final int SIGNED_ATTEMPTS = 4;

    private RogueRounds rounds;
    private RoguePeer rogue;
    private int attempts;
    private DerMutator der;

    private void play(RogueKind kind, Runnable round) {
        rounds = new RogueRounds(kind, MESSAGES);
        if (kind.signed()) {
            Certified.fillCache();
        }
        rogue = rounds.rogue;
        attempts = kind.signed() ? SIGNED_ATTEMPTS : ATTEMPTS;
        der = new DerMutator(rounds.random);
        rounds.play(round);
    }

    private Payload identity() {
        return rounds.random.nextInt(8) == 0 ? RoguePeer.somethingElse() : rogue.identity();
    }

    /// Half of the time a certificate among them is spoiled, else whatever it may be.
    private PayloadMutator.Chain spoil(List<Payload> payloads) {
        boolean certified = payloads.stream().anyMatch(Payload.Certificate.class::isInstance);
        return certified && rounds.random.nextBoolean()
                ? PayloadMutator.Chain.of(payloads.stream().map(this::spoilCertificate).toList())
                : rounds.mutator.mutate(payloads);
    }

    private Payload spoilCertificate(Payload payload) {
        return payload instanceof Payload.Certificate(_, var encoding, var data) && rounds.random.nextInt(3) > 0
                ? Payload.Certificate.of(rounds.random.nextInt(16) == 0 ? rounds.random.nextInt(12) : encoding,
                        der.spoil(data))
                : payload;
    }

    private List<Payload> proof(boolean initiator, boolean identified) {
        Payload identity = identity();
        var payloads = new ArrayList<Payload>(identified ? List.of(identity) : List.of());
        payloads.addAll(rogue.proof(identified ? identity : rogue.identity(), initiator));
        payloads.add(rounds.contact());
        return payloads;
    }

    @DisplayName("S-5, S-13, S-14: spoiled proofs of an initiator")
    @ParameterizedTest
    @EnumSource
    void of_an_initiator(RogueKind kind) {
        play(kind, () -> {
            rogue.agree();
            for (int i = 0; i < attempts && rounds.halfOpen(); i++) {
                PayloadMutator.Chain chain = spoil(proof(true, !kind.aggressive()));
                rounds.say(rounds.random.nextInt(4) == 0 && kind.aggressive()
                        ? rogue.phaseOneInClear(chain)
                        : rogue.phaseOne(chain));
            }
            rounds.down();
        });
    }

    @DisplayName("S-5, S-13, S-14: spoiled proofs of a responder")
    @ParameterizedTest
    @EnumSource
    void of_a_responder(RogueKind kind) {
        play(kind, () -> {
            rogue.agreeAsResponder();
            for (int i = 0; i < attempts && rounds.halfOpen(); i++) {
                List<Payload> payloads = proof(false, true);
                if (kind.aggressive()) {
                    payloads.addAll(0, rogue.share());
                }
                rounds.say(
                        kind.aggressive() ? rogue.phaseOneInClear(spoil(payloads)) : rogue.phaseOne(spoil(payloads)));
            }
            rounds.down();
        });
    }

    @DisplayName("S-9, S-10: spoiled first messages of aggressive mode")
    @ParameterizedTest
    @EnumSource(names = "AGGRESSIVE.*", mode = EnumSource.Mode.MATCH_ALL)
    void first_of_aggressive_mode(RogueKind kind) {
        play(kind, () -> {
            for (int i = 0; i < ATTEMPTS; i++) {
                Bytes first = rogue.first(rounds.mutator.mutate(rogue.opening()));
                rounds.say(first);
            }
            rounds.down();
        });
    }
}
