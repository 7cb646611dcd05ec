package io.vanth.ike.exchange;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Trust;
import io.vanth.ike.certificate.Verdict;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.wire.Bytes;
import java.security.SecureRandom;
import java.time.Instant;

/// Slow arithmetic, done away from the event loop.
public sealed interface Computation {
    /// Does the work.
    Result perform(SecureRandom random);

    /// Wipes the own key that it was given, when no result will bring it back.
    default void abandon() {}

    /// Whether it may wait for the network, so that it must not hold a thread that others need.
    default boolean mayWait() {
        return false;
    }

    /// Makes an ephemeral key.
    record GenerateKey(DhGroup group) implements Computation {
        @Override
        public Result perform(SecureRandom random) {
            return new Generated(KeyAgreement.generate(group, random));
        }
    }

    /// Makes g^xy from an own key, which stays with its owner.
    record Agree(KeyAgreement own, Bytes peerPublic) implements Computation {
        @Override
        public Result perform(SecureRandom random) {
            return new Agreement(own, own.agree(peerPublic));
        }

        @Override
        public void abandon() {
            own.close();
        }
    }

    /// Makes an ephemeral key and g^xy.
    record GenerateAndAgree(DhGroup group, Bytes peerPublic) implements Computation {
        @Override
        public Result perform(SecureRandom random) {
            KeyAgreement own = KeyAgreement.generate(group, random);
            return new Agreement(own, own.agree(peerPublic));
        }
    }

    /// Signs a hash with an own key, which stays with its owner.
    record Sign(Credential credential, Bytes hash) implements Computation {
        @Override
        public Result perform(SecureRandom random) {
            return new Signed(credential.sign(hash, random));
        }
    }

    /// Judges what a peer presents as its proof.
    record Judge(Trust trust, Trust.Claim claim, Instant now) implements Computation {
        @Override
        public Result perform(SecureRandom random) {
            return new Judged(trust.judge(claim, now));
        }

        @Override
        public boolean mayWait() {
            return trust.mayWait();
        }
    }

    /// What came out.
    sealed interface Result {
        /// Wipes the secrets that nobody will use.
        default void discard() {}
    }

    /// A new key, which the receiver closes.
    record Generated(KeyAgreement key) implements Result {
        @Override
        public void discard() {
            key.close();
        }
    }

    /// The key that was used and what the agreement gave; the receiver closes both.
    record Agreement(KeyAgreement key, KeyAgreement.Result result) implements Result {
        @Override
        public void discard() {
            key.close();
            if (result instanceof KeyAgreement.Agreed(var shared)) {
                shared.close();
            }
        }
    }

    /// A signature.
    record Signed(Bytes signature) implements Result {}

    /// Whether a proof is believed.
    record Judged(Verdict verdict) implements Result {}

    /// The arithmetic could not be done.
    record Impossible(String reason) implements Result {}
}
