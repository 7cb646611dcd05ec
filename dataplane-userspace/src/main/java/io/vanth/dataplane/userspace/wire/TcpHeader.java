package io.vanth.dataplane.userspace.wire;

/// The TCP header, RFC 9293 section 3.1.
///
///      0                   1                   2                   3
///     +-------------------------------+-------------------------------+
///     |          source port          |       destination port        |
///     +-------------------------------+-------------------------------+
///     |                        sequence number                        |
///     +---------------------------------------------------------------+
///     |                     acknowledgment number                     |
///     +-------+-------+---------------+-------------------------------+
///     |  data |       |C E U A P R S F|            window             |
///     +-------+-------+---------------+-------------------------------+
///     |           checksum            |         urgent pointer        |
///     +-------------------------------+-------------------------------+
public final class TcpHeader {
    /// The header without options.
    public static final int MIN_LENGTH = 20;
    /// Sequence number.
    public static final int SEQUENCE_OFFSET = 4;
    /// Acknowledgment number.
    public static final int ACKNOWLEDGMENT_OFFSET = 8;
    /// The header's length.
    public static final int DATA_OFFSET_OFFSET = 12;
    /// The flags.
    public static final int FLAGS_OFFSET = 13;
    /// The window.
    public static final int WINDOW_OFFSET = 14;
    /// The checksum.
    public static final int CHECKSUM_OFFSET = 16;
    /// The urgent pointer.
    public static final int URGENT_OFFSET = 18;
    /// No more data.
    public static final int FIN = 0x01;
    /// Push.
    public static final int PSH = 0x08;
    /// Acknowledgment.
    public static final int ACK = 0x10;
    /// Congestion window reduced.
    public static final int CWR = 0x80;

    private TcpHeader() {}

    /// The header's length with options, in bytes.
    public static int length(byte[] bytes, int tcp) {
        return (bytes[tcp + DATA_OFFSET_OFFSET] >>> 4 & 0x0F) * Integer.BYTES;
    }

    /// The flags.
    public static int flags(byte[] bytes, int tcp) {
        return NetworkOrder.u8(bytes, tcp + FLAGS_OFFSET);
    }

    /// The sequence number.
    public static int sequence(byte[] bytes, int tcp) {
        return NetworkOrder.i32(bytes, tcp + SEQUENCE_OFFSET);
    }
}
