package io.vanth.ike.decode;

import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.PayloadChain;
import java.util.Optional;

/// What a frame carries.
public sealed interface Content {
    /// An ISAKMP message in clear.
    record Clear(IsakmpMessage message) implements Content {}

    /// An encrypted ISAKMP message, with its payloads where the key was at hand and fitted.
    record Encrypted(EncryptedMessage message, Optional<PayloadChain> plaintext) implements Content {}

    /// An ESP packet, on its own or within UDP (RFC 4303 section 2, RFC 3948 section 2.1).
    ///
    /// @param bytes the size of the whole ESP packet
    record Esp(int spi, int sequence, int bytes, boolean withinUdp) implements Content {}

    /// An AH packet (RFC 4302 section 2).
    record Ah(int nextHeader, int spi, int sequence, int bytes) implements Content {}

    /// A NAT keepalive, RFC 3948 section 2.3.
    record Keepalive() implements Content {}

    /// ICMP tells the sender of a datagram that it could not be delivered (RFC 792, RFC 4443 section 3.1).
    ///
    /// @param what which thing cannot be reached: `port`, `host`, `network`, ...
    /// @param target where the datagram was to go
    record Unreachable(String what, DecodedFrame.Endpoint target) implements Content {}

    /// Something that is neither ISAKMP nor IPsec.
    record Other(String what) implements Content {}

    /// What should have been ISAKMP or IPsec; the offset counts from the start of that message.
    record Broken(Malformed malformed) implements Content {}
}
