package io.vanth.ike.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/// An immutable sequence of bytes with value equality; not for secrets.
public final class Bytes {
    /// No bytes.
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// A copy of `content`.
    public static Bytes of(byte... content) {
        return new Bytes(content.clone());
    }

    /// Takes `content` over without a copy; the caller must not change it any more.
    public static Bytes owning(byte[] content) {
        return new Bytes(content);
    }

    /// A copy of a part of `content`.
    public static Bytes of(byte[] content, int offset, int length) {
        return new Bytes(Arrays.copyOfRange(content, offset, offset + length));
    }

    /// Reads hexadecimal digits.
    public static Bytes ofHex(String digits) {
        return new Bytes(HexFormat.of().parseHex(digits));
    }

    /// A 32-bit number in network order.
    public static Bytes ofInt(int value) {
        return new Bytes(new byte[]{(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value});
    }

    /// All `parts` in a row.
    public static Bytes concat(Bytes... parts) {
        var out = new ByteArrayOutputStream();
        for (Bytes part : parts) {
            out.writeBytes(part.content);
        }
        return new Bytes(out.toByteArray());
    }

    /// The number of bytes.
    public int length() {
        return content.length;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return content.length == 0;
    }

    /// The unsigned byte at `index`.
    public int at(int index) {
        return content[index] & 0xff;
    }

    /// The unsigned 16-bit number at `index`.
    public int shortAt(int index) {
        return at(index) << 8 | at(index + 1);
    }

    /// The 32-bit number at `index`.
    public int intAt(int index) {
        return shortAt(index) << 16 | shortAt(index + 2);
    }

    /// The 64-bit number at `index`.
    public long longAt(int index) {
        return (long) intAt(index) << 32 | intAt(index + 4) & 0xffff_ffffL;
    }

    /// The part from `from` to before `to`.
    public Bytes slice(int from, int to) {
        if (from < 0 || to < from || to > content.length) {
            throw new IndexOutOfBoundsException("%d to %d of %d bytes".formatted(from, to, content.length));
        }
        return new Bytes(Arrays.copyOfRange(content, from, to));
    }

    /// The part from `from` to the end.
    public Bytes from(int from) {
        return slice(from, content.length);
    }

    /// A copy as an array.
    public byte[] toArray() {
        return content.clone();
    }

    /// Hexadecimal digits.
    public String hex() {
        return HexFormat.of().formatHex(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return hex();
    }
}
