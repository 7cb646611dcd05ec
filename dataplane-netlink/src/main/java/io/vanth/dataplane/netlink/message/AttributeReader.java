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

/// The attributes of a message or of another attribute, by type. Of several of one type the last counts. It looks into
/// the message, which may hold keys, and keeps nothing of it: of a message that was wiped all values are zeros.
public final class AttributeReader {
    private static final int TYPE_MASK = 0x3FFF;

    private final byte[] message;
    private final ByteBuffer numbers;
    private final Map<Integer, Span> values;

    /// Where a value is.
    private record Span(int start, int length) {}

    private AttributeReader(byte[] message, Map<Integer, Span> values) {
        this.message = message;
        this.numbers = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        this.values = values;
    }

    /// Reads what follows `offset`.
    ///
    /// @throws ProtocolException where a length is below that of an attribute's header or beyond the end
    public static AttributeReader read(byte[] bytes, int offset) throws ProtocolException {
        return read(bytes, offset, bytes.length);
    }

    private static AttributeReader read(byte[] message, int offset, int end) throws ProtocolException {
        ByteBuffer numbers = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        var values = new HashMap<Integer, Span>();
        int at = offset;
        while (at + AttributeWriter.HEADER_LENGTH <= end) {
            int length = Short.toUnsignedInt(numbers.getShort(at));
            if (length < AttributeWriter.HEADER_LENGTH || at + length > end) {
                throw new ProtocolException("netlink attribute of %d bytes at %d of %d".formatted(length, at, end));
            }
            values.put(numbers.getShort(at + Short.BYTES) & TYPE_MASK,
                    new Span(at + AttributeWriter.HEADER_LENGTH, length - AttributeWriter.HEADER_LENGTH));
            at += length + 3 & ~3;
        }
        return new AttributeReader(message, values);
    }

    /// A copy of the value of an attribute.
    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type)).map(this::copyOf);
    }

    private byte[] copyOf(Span value) {
        return Arrays.copyOfRange(message, value.start(), value.start() + value.length());
    }

    /// Writes an attribute as it is, where it is present; no other copy is made.
    public void copy(int type, AttributeWriter to) {
        Span value = values.get(type);
        if (value != null) {
            to.bytes(type, message, value.start(), value.length());
        }
    }

    /// The value of an attribute of four bytes.
    public OptionalInt u32(int type) {
        Span value = values.get(type);
        return value == null || value.length() != Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(numbers.getInt(value.start()));
    }

    /// The value of an attribute of one byte.
    public OptionalInt u8(int type) {
        Span value = values.get(type);
        return value == null || value.length() != 1
                ? OptionalInt.empty()
                : OptionalInt.of(message[value.start()] & 0xFF);
    }

    /// A string, without its ending zero.
    public Optional<String> string(int type) {
        return bytes(type).map(value -> {
            int length = value.length > 0 && value[value.length - 1] == 0 ? value.length - 1 : value.length;
            return new String(value, 0, length, StandardCharsets.UTF_8);
        });
    }

    /// An IPv4 or IPv6 address.
    public Optional<InetAddress> address(int type) throws ProtocolException {
        Span value = values.get(type);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(copyOf(value)));
        } catch (UnknownHostException wrongLength) {
            throw new ProtocolException("netlink address of %d bytes".formatted(value.length()));
        }
    }

    /// The attributes within an attribute; none where it is absent.
    public AttributeReader nested(int type) throws ProtocolException {
        Span value = values.getOrDefault(type, new Span(0, 0));
        return read(message, value.start(), value.start() + value.length());
    }
}
