package io.vanth.dataplane.netlink.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Builds one netlink message: a header, a body of the family's own shape, then attributes. Numbers are in the byte
/// order of the machine where not said otherwise.
///
/// ```
///  0                   1                   2                   3
/// +-------------------------------+-------------------------------+
/// |                    length, header included                    |
/// +-------------------------------+-------------------------------+
/// |             type              |             flags             |
/// +-------------------------------+-------------------------------+
/// |                            sequence                           |
/// +---------------------------------------------------------------+
/// |                         port (0: kernel)                      |
/// +---------------------------------------------------------------+
/// ```
public final class MessageWriter {
    /// `NLM_F_REQUEST`
    public static final int REQUEST = 0x1;
    /// `NLM_F_ACK`
    public static final int ACK = 0x4;
    /// `NLM_F_ECHO`: what was made comes back as it now is
    public static final int ECHO = 0x8;
    /// `NLM_F_DUMP`
    public static final int DUMP = 0x300;
    /// `NLM_F_REPLACE`
    public static final int REPLACE = 0x100;
    /// `NLM_F_EXCL`
    public static final int EXCLUSIVE = 0x200;
    /// `NLM_F_CREATE`
    public static final int CREATE = 0x400;
    /// `NLM_F_APPEND`
    public static final int APPEND = 0x800;

    static final int HEADER_LENGTH = 16;
    static final int LENGTH_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final int FLAGS_OFFSET = 6;
    static final int SEQUENCE_OFFSET = 8;
    static final int PORT_OFFSET = 12;
    private static final int FIRST_CAPACITY = 256;

    private final String name;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.nativeOrder());

    /// A message whose `name` stands in errors.
    public MessageWriter(String name, int type, int flags) {
        this.name = name;
        bytes.putShort(TYPE_OFFSET, (short) type);
        bytes.putShort(FLAGS_OFFSET, (short) (flags | REQUEST));
        bytes.position(HEADER_LENGTH);
    }

    /// What the message is for, as errors say it.
    public String name() {
        return name;
    }

    /// Adds one byte.
    public MessageWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    /// Adds two bytes.
    public MessageWriter u16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    /// Adds two bytes in network order.
    public MessageWriter networkU16(int value) {
        room(Short.BYTES).put((byte) (value >>> 8)).put((byte) value);
        return this;
    }

    /// Adds four bytes.
    public MessageWriter u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    /// Adds four bytes in network order.
    public MessageWriter networkU32(int value) {
        return networkU16(value >>> 16).networkU16(value);
    }

    /// Adds eight bytes.
    public MessageWriter u64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /// Adds bytes as they are.
    public MessageWriter bytes(byte... value) {
        room(value.length).put(value);
        return this;
    }

    /// Adds a part of some bytes, without a copy of it anywhere else.
    MessageWriter bytes(byte[] value, int offset, int length) {
        room(length).put(value, offset, length);
        return this;
    }

    /// Adds `count` zero bytes.
    public MessageWriter zeros(int count) {
        return bytes(new byte[count]);
    }

    /// Goes on with attributes, on a four-byte boundary.
    public AttributeWriter attributes() {
        align();
        return new AttributeWriter(this);
    }

    /// The message as it is sent.
    public byte[] finish(int sequence) {
        align();
        bytes.putInt(LENGTH_OFFSET, bytes.position());
        bytes.putInt(SEQUENCE_OFFSET, sequence);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /// Forgets the content, for messages with keys; the message is of no use then.
    public void wipe() {
        Arrays.fill(bytes.array(), (byte) 0);
    }

    void addFlags(int flags) {
        bytes.putShort(FLAGS_OFFSET, (short) (bytes.getShort(FLAGS_OFFSET) | flags));
    }

    int position() {
        return bytes.position();
    }

    void u16At(int offset, int value) {
        bytes.putShort(offset, (short) value);
    }

    void align() {
        zeros(-bytes.position() & 3);
    }

    private ByteBuffer room(int count) {
        if (bytes.remaining() < count) {
            int capacity = Math.max(bytes.capacity() * 2, bytes.position() + count);
            ByteBuffer larger = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity)).order(ByteOrder.nativeOrder());
            larger.position(bytes.position());
            wipe();
            bytes = larger;
        }
        return bytes;
    }
}
