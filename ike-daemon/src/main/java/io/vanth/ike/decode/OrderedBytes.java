package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;

/// The numbers of a capture file, in the byte order of the machine that wrote it.
record OrderedBytes(Bytes bytes, boolean littleEndian) {
    int u16(int offset) {
        int value = bytes.shortAt(offset);
        return littleEndian ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
    }

    long u32(int offset) {
        int value = bytes.intAt(offset);
        return Integer.toUnsignedLong(littleEndian ? Integer.reverseBytes(value) : value);
    }
}
