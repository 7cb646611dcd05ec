package io.vanth.ike.wire;

import java.io.ByteArrayOutputStream;

/// Collects fields in network order. A value that its field cannot hold is a mistake of the caller and throws
/// [IllegalArgumentException].
final class ByteSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ByteSink u8(int value) {
        check(value, 0xff);
        out.write(value);
        return this;
    }

    ByteSink u16(int value) {
        check(value, 0xffff);
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    ByteSink i32(int value) {
        out.writeBytes(Bytes.ofInt(value).toArray());
        return this;
    }

    ByteSink bytes(Bytes value) {
        out.writeBytes(value.toArray());
        return this;
    }

    /// A generic header and the body behind it.
    ByteSink item(int next, Bytes body) {
        check(body.length(), GenericHeader.MAX_BODY);
        return u8(next).u8(0).u16(body.length() + GenericHeader.BYTES).bytes(body);
    }

    Bytes toBytes() {
        return Bytes.owning(out.toByteArray());
    }

    private static void check(int value, int greatest) {
        if (value < 0 || value > greatest) {
            throw new IllegalArgumentException("%d is not within 0 to %d".formatted(value, greatest));
        }
    }
}
