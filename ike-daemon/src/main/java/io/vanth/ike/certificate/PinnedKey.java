package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.wire.Bytes;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Believes one key, which the configuration names; certificates that the peer sends count for nothing.
public record PinnedKey(PublicKey key, boolean shortKeys) implements Trust {
    @Override
    public Verdict judge(Claim claim, Instant now) {
        return weakness()
                .<Verdict>map(reason -> new Verdict.Refused(Verdict.Reason.WEAK_KEY, "the peer " + reason))
                .orElseGet(() -> KeyKind.verifies(key, claim.method(), claim.hash(), claim.signature())
                        ? new Verdict.Genuine()
                        : new Verdict.Refused(Verdict.Reason.BAD_SIGNATURE,
                                "the signature was not made with the key that is configured for the peer"));
    }

    /// What is wrong with the strength of the key, as the end of a sentence about the peer.
    public Optional<String> weakness() {
        return KeyKind.weakness(key, shortKeys);
    }

    /// What its owner signs with; empty for keys that IKEv1 has no method for.
    public Optional<AuthenticationMethod> method() {
        return KeyKind.methodOf(key);
    }

    @Override
    public boolean mayWait() {
        return false;
    }

    @Override
    public List<Bytes> authorities() {
        return List.of();
    }
}
