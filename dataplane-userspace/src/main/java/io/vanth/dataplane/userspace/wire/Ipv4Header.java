package io.vanth.dataplane.userspace.wire;

/// The IPv4 header, RFC 791 section 3.1.
///
///      0                   1                   2                   3
///     +-------+-------+---------------+-------------------------------+
///     |version|  IHL  |      TOS      |          total length         |
///     +-------+-------+---------------+-----+-------------------------+
///     |        identification         |flags|     fragment offset     |
///     +---------------+---------------+-----+-------------------------+
///     |      TTL      |   protocol    |        header checksum        |
///     +---------------+---------------+-------------------------------+
///     |                        source address                         |
///     +---------------------------------------------------------------+
///     |                      destination address                      |
///     +---------------------------------------------------------------+
public final class Ipv4Header {
    /// The header without options.
    public static final int MIN_LENGTH = 20;
    /// The length of an address.
    public static final int ADDRESS_LENGTH = 4;
    /// Version and header length.
    public static final int VERSION_IHL_OFFSET = 0;
    /// Type of service.
    public static final int TOS_OFFSET = 1;
    /// Total length.
    public static final int TOTAL_LENGTH_OFFSET = 2;
    /// Identification.
    public static final int IDENTIFICATION_OFFSET = 4;
    /// Flags and fragment offset.
    public static final int FRAGMENT_OFFSET = 6;
    /// Time to live.
    public static final int TTL_OFFSET = 8;
    /// Protocol.
    public static final int PROTOCOL_OFFSET = 9;
    /// Header checksum.
    public static final int CHECKSUM_OFFSET = 10;
    /// Source address.
    public static final int SOURCE_OFFSET = 12;
    /// Destination address.
    public static final int DESTINATION_OFFSET = 16;
    private static final int DONT_FRAGMENT = 0x4000;
    /// More fragments follow.
    public static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1FFF;
    private static final int IHL_MASK = 0x0F;
    private static final int PLAIN = 0x45;

    private Ipv4Header() {}

    /// The header's length with options, in bytes.
    public static int length(byte[] bytes, int ip) {
        return (bytes[ip + VERSION_IHL_OFFSET] & IHL_MASK) * Integer.BYTES;
    }

    /// The packet's length, in bytes.
    public static int totalLength(byte[] bytes, int ip) {
        return NetworkOrder.u16(bytes, ip + TOTAL_LENGTH_OFFSET);
    }

    /// The upper protocol.
    public static int protocol(byte[] bytes, int ip) {
        return NetworkOrder.u8(bytes, ip + PROTOCOL_OFFSET);
    }

    /// Whether the packet must not be fragmented.
    public static boolean dontFragment(byte[] bytes, int ip) {
        return (NetworkOrder.u16(bytes, ip + FRAGMENT_OFFSET) & DONT_FRAGMENT) != 0;
    }

    /// Lets the packet be fragmented.
    public static void allowFragments(byte[] bytes, int ip) {
        NetworkOrder.put16(bytes, ip + FRAGMENT_OFFSET, NetworkOrder.u16(bytes, ip + FRAGMENT_OFFSET) & ~DONT_FRAGMENT);
        writeChecksum(bytes, ip);
    }

    /// Whether the packet is a fragment, the first one included.
    public static boolean isFragment(byte[] bytes, int ip) {
        return (NetworkOrder.u16(bytes, ip + FRAGMENT_OFFSET) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /// Whether the packet is a fragment that does not start with the upper protocol's header.
    public static boolean isLaterFragment(byte[] bytes, int ip) {
        return (NetworkOrder.u16(bytes, ip + FRAGMENT_OFFSET) & OFFSET_MASK) != 0;
    }

    /// Writes the header checksum.
    public static void writeChecksum(byte[] bytes, int ip) {
        NetworkOrder.put16(bytes, ip + CHECKSUM_OFFSET, 0);
        int checksum = InternetChecksum.complement(InternetChecksum.sum(bytes, ip, length(bytes, ip)));
        NetworkOrder.put16(bytes, ip + CHECKSUM_OFFSET, checksum);
    }

    /// Writes a header without options and with its checksum; the addresses stand there already. Not to be fragmented.
    public static void write(byte[] bytes, int ip, int totalLength, int ttl, int protocol) {
        write(bytes, ip, 0, 0, true, totalLength, ttl, protocol);
    }

    /// Writes a header without options and with its checksum; the addresses stand there already.
    public static void write(byte[] bytes, int ip, int tos, int identification, boolean dontFragment,
            int totalLength, int ttl, int protocol) {
        NetworkOrder.put16(bytes, ip + VERSION_IHL_OFFSET, PLAIN << 8 | tos);
        NetworkOrder.put16(bytes, ip + TOTAL_LENGTH_OFFSET, totalLength);
        NetworkOrder.put16(bytes, ip + IDENTIFICATION_OFFSET, identification);
        NetworkOrder.put16(bytes, ip + FRAGMENT_OFFSET, dontFragment ? DONT_FRAGMENT : 0);
        NetworkOrder.put8(bytes, ip + TTL_OFFSET, ttl);
        NetworkOrder.put8(bytes, ip + PROTOCOL_OFFSET, protocol);
        writeChecksum(bytes, ip);
    }
}
