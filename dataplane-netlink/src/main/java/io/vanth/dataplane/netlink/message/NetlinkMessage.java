package io.vanth.dataplane.netlink.message;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A message from the kernel, its header read.
///
/// @param payload what follows the header
public record NetlinkMessage(int type, int flags, int sequence, byte[] payload) {
    static final int NOOP = 1;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int MULTI = 0x2;
    static final int DUMP_INTERRUPTED = 0x10;
    static final int CAPPED = 0x100;
    static final int HAS_EXTENDED_ACK = 0x200;
    private static final int EXTENDED_TEXT = 1;

    /// Reads all messages of one datagram.
    ///
    /// @throws ProtocolException where a length is below that of a header or beyond the end
    public static List<NetlinkMessage> readAll(ByteBuffer datagram) throws ProtocolException {
        ByteBuffer bytes = datagram.slice().order(ByteOrder.nativeOrder());
        var messages = new ArrayList<NetlinkMessage>();
        int at = 0;
        while (at + MessageWriter.HEADER_LENGTH <= bytes.limit()) {
            int length = bytes.getInt(at + MessageWriter.LENGTH_OFFSET);
            if (length < MessageWriter.HEADER_LENGTH || length > bytes.limit() - at) {
                messages.forEach(NetlinkMessage::wipe);
                throw new ProtocolException(
                        "netlink message of %d bytes at %d of %d".formatted(length, at, bytes.limit()));
            }
            byte[] payload = new byte[length - MessageWriter.HEADER_LENGTH];
            bytes.get(at + MessageWriter.HEADER_LENGTH, payload);
            messages.add(new NetlinkMessage(Short.toUnsignedInt(bytes.getShort(at + MessageWriter.TYPE_OFFSET)),
                    Short.toUnsignedInt(bytes.getShort(at + MessageWriter.FLAGS_OFFSET)),
                    bytes.getInt(at + MessageWriter.SEQUENCE_OFFSET), payload));
            at += length + 3 & ~3;
        }
        return messages;
    }

    /// The byte at `offset` of the payload, 0 beyond its end.
    public int u8(int offset) {
        return offset < payload.length ? payload[offset] & 0xFF : 0;
    }

    /// The four bytes at `offset` of the payload, 0 beyond its end.
    public int u32(int offset) {
        return offset + Integer.BYTES <= payload.length
                ? ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()).getInt(offset)
                : 0;
    }

    /// The attributes behind a body of `bodyLength` bytes.
    public AttributeReader attributes(int bodyLength) throws ProtocolException {
        return AttributeReader.read(payload, bodyLength);
    }

    /// Forgets the payload, which may hold keys.
    public void wipe() {
        Arrays.fill(payload, (byte) 0);
    }

    /// The positive error number of an error or of the end of a dump; 0 is an acknowledgement.
    int errno() {
        return -u32(0);
    }

    /// What the kernel said beyond the error number (`NLMSGERR_ATTR_MSG`), or empty. It stands behind the error number
    /// and the header of the request, and behind the request's payload too unless that is cut off.
    String extendedText() throws ProtocolException {
        if ((flags & HAS_EXTENDED_ACK) == 0) {
            return "";
        }
        int request = (flags & CAPPED) != 0 ? MessageWriter.HEADER_LENGTH : u32(Integer.BYTES);
        int offset = type == DONE ? Integer.BYTES : Integer.BYTES + (request + 3 & ~3);
        return offset > payload.length ? "" : attributes(offset).string(EXTENDED_TEXT).orElse("");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetlinkMessage that && type == that.type && flags == that.flags
                && sequence == that.sequence && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(payload) + 31 * (type + 31 * (flags + 31 * sequence));
    }
}
