package io.vanth.dataplane.netlink.message;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The attributes of a message or of another attribute, by type. Of several of one type the last counts.
public final class AttributeReader {
    private static final int TYPE_MASK = 0x3FFF;

    private final Map<Integer, byte[]> values;

    private AttributeReader(Map<Integer, byte[]> values) {
        this.values = values;
    }

    /// Reads what follows `offset`.
    ///
    /// @throws ProtocolException where a length is below that of an attribute's header or beyond the end
    public static AttributeReader read(byte[] bytes, int offset) throws ProtocolException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        var values = new HashMap<Integer, byte[]>();
        int at = offset;
        while (at + AttributeWriter.HEADER_LENGTH <= bytes.length) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (length < AttributeWriter.HEADER_LENGTH || at + length > bytes.length) {
                throw new ProtocolException("netlink attribute of %d bytes at %d of %d".formatted(length, at,
                        bytes.length));
            }
            values.put(buffer.getShort(at + Short.BYTES) & TYPE_MASK,
                    Arrays.copyOfRange(bytes, at + AttributeWriter.HEADER_LENGTH, at + length));
            at += length + 3 & ~3;
        }
        return new AttributeReader(values);
    }

    /// The value of an attribute.
    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type)).map(byte[]::clone);
    }

    /// The value of an attribute of four bytes.
    public OptionalInt u32(int type) {
        byte[] value = values.get(type);
        return value == null || value.length != Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
    }

    /// The value of an attribute of one byte.
    public OptionalInt u8(int type) {
        byte[] value = values.get(type);
        return value == null || value.length != 1 ? OptionalInt.empty() : OptionalInt.of(value[0] & 0xFF);
    }

    /// A string, without its ending zero.
    public Optional<String> string(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> {
            int length = value.length > 0 && value[value.length - 1] == 0 ? value.length - 1 : value.length;
            return new String(value, 0, length, StandardCharsets.UTF_8);
        });
    }

    /// An IPv4 or IPv6 address.
    public Optional<InetAddress> address(int type) throws ProtocolException {
        byte[] value = values.get(type);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(value));
        } catch (UnknownHostException wrongLength) {
            throw new ProtocolException("netlink address of %d bytes".formatted(value.length));
        }
    }

    /// The attributes within an attribute; none where it is absent.
    public AttributeReader nested(int type) throws ProtocolException {
        return read(values.getOrDefault(type, new byte[0]), 0);
    }
}
