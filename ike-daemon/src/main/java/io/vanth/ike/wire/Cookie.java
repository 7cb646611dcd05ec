package io.vanth.ike.wire;

import java.util.List;

/// One half of the pair that names an ISAKMP SA, RFC 2408 section 2.5.3.
public record Cookie(long value) {
    /// The responder's cookie in a first message.
    public static final Cookie NONE = new Cookie(0);

    /// The two that a datagram begins with; none when it is too short to be a message.
    public static List<Cookie> pair(Bytes datagram) {
        return datagram.length() < IsakmpHeader.BYTES
                ? List.of()
                : List.of(new Cookie(datagram.longAt(0)), new Cookie(datagram.longAt(Long.BYTES)));
    }

    /// The eight bytes.
    public Bytes bytes() {
        return Bytes.concat(Bytes.ofInt((int) (value >>> 32)), Bytes.ofInt((int) value));
    }

    @Override
    public String toString() {
        return "%016x".formatted(value);
    }
}
