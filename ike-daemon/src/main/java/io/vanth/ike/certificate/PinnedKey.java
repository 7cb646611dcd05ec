package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;

/// Believes one key, which the configuration names; certificates that the peer sends count for nothing.
public record PinnedKey(PublicKey key, boolean shortKeys) implements Trust {
    @Override
    public Verdict judge(Claim claim, Instant now) {
        return KeyKind.weakness(key, shortKeys)
                .<Verdict>map(reason -> new Verdict.Refused(Verdict.Reason.WEAK_KEY, "the peer " + reason))
                .orElseGet(() -> KeyKind.verifies(key, claim.method(), claim.hash(), claim.signature())
                        ? new Verdict.Genuine()
                        : new Verdict.Refused(Verdict.Reason.BAD_SIGNATURE,
                                "the signature was not made with the key that is configured for the peer"));
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
