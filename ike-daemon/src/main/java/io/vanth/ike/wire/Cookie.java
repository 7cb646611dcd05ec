package io.vanth.ike.wire;

/// One half of the pair that names an ISAKMP SA, RFC 2408 section 2.5.3.
public record Cookie(long value) {
    /// The responder's cookie in a first message.
    public static final Cookie NONE = new Cookie(0);

    /// The eight bytes.
    public Bytes bytes() {
        return Bytes.concat(Bytes.ofInt((int) (value >>> 32)), Bytes.ofInt((int) value));
    }

    @Override
    public String toString() {
        return "%016x".formatted(value);
    }
}
