package io.vanth.ike.wire;

/// A data attribute, RFC 2408 section 3.3. Two attributes mean the same when type and [#number()] agree, in whichever of
/// the two encodings (RFC 2409 appendix A).
///
/// @param basic whether it has the two-byte form
public record Attribute(int type, boolean basic, Bytes value) {
    /// The two-byte form.
    public static Attribute basic(int type, int value) {
        return new Attribute(type, true, Bytes.of((byte) (value >>> 8), (byte) value));
    }

    /// The form with a length.
    public static Attribute variable(int type, Bytes value) {
        return new Attribute(type, false, value);
    }

    /// The value as an unsigned number; -1 when it has more than eight bytes that matter or is negative as a `long`.
    public long number() {
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            if (number >>> 55 != 0) {
                return -1;
            }
            number = number << 8 | value.at(i);
        }
        return number;
    }
}
