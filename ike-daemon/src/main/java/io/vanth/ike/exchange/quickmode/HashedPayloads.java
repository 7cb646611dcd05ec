package io.vanth.ike.exchange.quickmode;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.Optional;

/// The hash that leads a message and the bytes behind it, without padding, as they came.
public record HashedPayloads(Bytes hash, Bytes rest) {
    /// RFC 2409 section 5.5: the HASH payload MUST immediately follow the ISAKMP header. Empty when it does not.
    public static Optional<HashedPayloads> of(PayloadChain chain) {
        return !chain.payloads().isEmpty() && chain.payloads().getFirst() instanceof Payload.Hash hash
                ? Optional
                        .of(new HashedPayloads(hash.body(), chain.bytes().slice(chain.ends().getFirst(), chain.end())))
                : Optional.empty();
    }
}
