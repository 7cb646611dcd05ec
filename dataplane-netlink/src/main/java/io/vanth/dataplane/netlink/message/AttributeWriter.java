package io.vanth.dataplane.netlink.message;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Adds attributes to a [MessageWriter]: length (header of four bytes included, padding not), type, value, padding to a
/// four-byte boundary.
public final class AttributeWriter {
    static final int HEADER_LENGTH = 4;
    static final int NESTED = 0x8000;
    private static final int MAX_LENGTH = 0xFFFF;

    private final MessageWriter message;

    AttributeWriter(MessageWriter message) {
        this.message = message;
    }

    /// An attribute of one byte.
    public AttributeWriter u8(int type, int value) {
        return attribute(type, () -> message.u8(value));
    }

    /// An attribute of two bytes.
    public AttributeWriter u16(int type, int value) {
        return attribute(type, () -> message.u16(value));
    }

    /// An attribute of four bytes.
    public AttributeWriter u32(int type, int value) {
        return attribute(type, () -> message.u32(value));
    }

    /// An attribute of four bytes in network order.
    public AttributeWriter networkU32(int type, int value) {
        return attribute(type, () -> message.networkU32(value));
    }

    /// An attribute of eight bytes.
    public AttributeWriter u64(int type, long value) {
        return attribute(type, () -> message.u64(value));
    }

    /// An attribute of any bytes.
    public AttributeWriter bytes(int type, byte... value) {
        return attribute(type, () -> message.bytes(value));
    }

    /// An attribute of a part of some bytes, without a copy of it anywhere else.
    AttributeWriter bytes(int type, byte[] value, int offset, int length) {
        return attribute(type, () -> message.bytes(value, offset, length));
    }

    /// A string with its ending zero.
    public AttributeWriter string(int type, String value) {
        return attribute(type, () -> message.bytes(value.getBytes(StandardCharsets.UTF_8)).u8(0));
    }

    /// An attribute that holds the ones that `content` adds.
    public AttributeWriter nested(int type, Consumer<AttributeWriter> content) {
        return attribute(type | NESTED, () -> content.accept(this));
    }

    /// An attribute whose value is a structure that `content` writes.
    public AttributeWriter structure(int type, Consumer<MessageWriter> content) {
        return attribute(type, () -> content.accept(message));
    }

    private AttributeWriter attribute(int type, Runnable content) {
        int start = message.position();
        message.u16(0).u16(type);
        content.run();
        int length = message.position() - start;
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("attribute %d of %d bytes".formatted(type & ~NESTED, length));
        }
        message.u16At(start, length);
        message.align();
        return this;
    }
}
