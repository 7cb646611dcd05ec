package io.vanth.dataplane.userspace.wire;

/// The IPv6 header, RFC 8200 section 3.
///
///      0                   1                   2                   3
///     +-------+---------------+---------------------------------------+
///     |version| traffic class |              flow label               |
///     +-------+---------------+-------+---------------+---------------+
///     |        payload length         |  next header  |   hop limit   |
///     +-------------------------------+---------------+---------------+
///     |                  source address, 16 bytes                     |
///     +---------------------------------------------------------------+
///     |                destination address, 16 bytes                  |
///     +---------------------------------------------------------------+
///
/// Extension headers (section 4) begin with the next header and their length; [PacketView] walks over them.
public final class Ipv6Header {
    /// The header without extension headers.
    public static final int LENGTH = 40;
    /// The length of an address.
    public static final int ADDRESS_LENGTH = 16;
    /// Version, traffic class, flow label.
    public static final int VERSION_OFFSET = 0;
    /// Payload length.
    public static final int PAYLOAD_LENGTH_OFFSET = 4;
    /// Next header.
    public static final int NEXT_HEADER_OFFSET = 6;
    /// Hop limit.
    public static final int HOP_LIMIT_OFFSET = 7;
    /// Source address.
    public static final int SOURCE_OFFSET = 8;
    /// Destination address.
    public static final int DESTINATION_OFFSET = 24;
    private static final int TRAFFIC_CLASS_SHIFT = 20;
    private static final int TRAFFIC_CLASS_MASK = 0xFF;
    private static final int VERSION_6 = 0x6000_0000;

    private Ipv6Header() {}

    /// The bytes behind this header, extension headers included.
    public static int payloadLength(byte[] bytes, int ip) {
        return NetworkOrder.u16(bytes, ip + PAYLOAD_LENGTH_OFFSET);
    }

    /// The protocol behind this header: an extension header or the upper protocol.
    public static int nextHeader(byte[] bytes, int ip) {
        return NetworkOrder.u8(bytes, ip + NEXT_HEADER_OFFSET);
    }

    /// DSCP and ECN.
    public static int trafficClass(byte[] bytes, int ip) {
        return NetworkOrder.i32(bytes, ip + VERSION_OFFSET) >>> TRAFFIC_CLASS_SHIFT & TRAFFIC_CLASS_MASK;
    }

    /// Writes DSCP and ECN.
    public static void putTrafficClass(byte[] bytes, int ip, int trafficClass) {
        int rest = NetworkOrder.i32(bytes, ip + VERSION_OFFSET) & ~(TRAFFIC_CLASS_MASK << TRAFFIC_CLASS_SHIFT);
        NetworkOrder.put32(bytes, ip + VERSION_OFFSET, rest | trafficClass << TRAFFIC_CLASS_SHIFT);
    }

    /// Writes a header; the addresses stand there already.
    public static void write(byte[] bytes, int ip, int payloadLength, int hopLimit, int nextHeader) {
        write(bytes, ip, 0, payloadLength, hopLimit, nextHeader);
    }

    /// Writes a header of a traffic class; the addresses stand there already.
    public static void write(byte[] bytes, int ip, int trafficClass, int payloadLength, int hopLimit,
            int nextHeader) {
        NetworkOrder.put32(bytes, ip + VERSION_OFFSET, VERSION_6 | trafficClass << TRAFFIC_CLASS_SHIFT);
        NetworkOrder.put16(bytes, ip + PAYLOAD_LENGTH_OFFSET, payloadLength);
        NetworkOrder.put8(bytes, ip + NEXT_HEADER_OFFSET, nextHeader);
        NetworkOrder.put8(bytes, ip + HOP_LIMIT_OFFSET, hopLimit);
    }
}
