package io.vanth.dataplane.userspace.wire;

/// The UDP header, RFC 768.
///
///      0                   1                   2                   3
///     +-------------------------------+-------------------------------+
///     |          source port          |       destination port        |
///     +-------------------------------+-------------------------------+
///     |            length             |           checksum            |
///     +-------------------------------+-------------------------------+
public final class UdpHeader {
    /// The header's length.
    public static final int LENGTH = 8;
    /// Source port.
    public static final int SOURCE_PORT_OFFSET = 0;
    /// Destination port.
    public static final int DESTINATION_PORT_OFFSET = 2;
    /// Length of header and data.
    public static final int LENGTH_OFFSET = 4;
    /// The checksum, 0 for none.
    public static final int CHECKSUM_OFFSET = 6;

    private UdpHeader() {}

    /// The source port. TCP, SCTP and DCCP have theirs in the same place.
    public static int sourcePort(byte[] bytes, int udp) {
        return NetworkOrder.u16(bytes, udp + SOURCE_PORT_OFFSET);
    }

    /// The destination port. TCP, SCTP and DCCP have theirs in the same place.
    public static int destinationPort(byte[] bytes, int udp) {
        return NetworkOrder.u16(bytes, udp + DESTINATION_PORT_OFFSET);
    }
}
