package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Reads fields of a kernel structure at their offsets. Numbers are in the byte order of the machine unless the name says
/// otherwise.
final class StructureReader {
    private static final int ADDRESS_LENGTH = 16;
    private static final int IPV4_LENGTH = 4;

    private final ByteBuffer bytes;

    /// A structure that needs `length` bytes.
    ///
    /// @throws ProtocolException where there are fewer
    StructureReader(String name, byte[] bytes, int length) throws ProtocolException {
        if (bytes.length < length) {
            throw new ProtocolException("%s of %d bytes instead of %d".formatted(name, bytes.length, length));
        }
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    int u8(int offset) {
        return bytes.get(offset) & 0xFF;
    }

    int u16(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset));
    }

    int networkU16(int offset) {
        return u8(offset) << 8 | u8(offset + 1);
    }

    int u32(int offset) {
        return bytes.getInt(offset);
    }

    int networkU32(int offset) {
        return networkU16(offset) << 16 | networkU16(offset + 2);
    }

    long u64(int offset) {
        return bytes.getLong(offset);
    }

    /// A `xfrm_address_t`, of which IPv4 uses the first four bytes.
    InetAddress address(int offset, boolean ipv6) {
        return AddressRange.address(Arrays.copyOfRange(bytes.array(), offset,
                offset + (ipv6 ? ADDRESS_LENGTH : IPV4_LENGTH)));
    }
}
