package io.vanth.dataplane.userspace.wire;

/// What selectors look at in an IP packet: read once, then held in fields. One view serves many packets.
///
/// Addresses are two longs; of IPv4 the upper one is 0 and the lower one the 32 bits.
public final class PacketView {
    /// The port where there is none: another protocol, a later fragment.
    public static final int NO_PORT = -1;

    private static final int EXTENSION_UNIT = 8;
    private static final int AUTHENTICATION_UNIT = 4;
    private static final int AUTHENTICATION_EXTRA = 2;
    private static final int EXTENSION_LENGTH_OFFSET = 1;
    private static final int EXTENSION_MIN = 8;
    private static final int FRAGMENT_FIELD_OFFSET = 2;
    private static final int FRAGMENT_OFFSET_MASK = 0xFFF8;
    private static final int PORTS_LENGTH = 4;
    private static final int MESSAGE_LENGTH = 2;

    private int version;
    private int length;
    private int protocol;
    private int transport;
    private boolean fragment;
    private boolean laterFragment;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int sourcePort;
    private int destinationPort;

    public PacketView() {}

    /// Reads the packet at `ip`, of which `available` bytes are there. What its headers say must fit in; an IPv4 header
    /// must have a right checksum.
    ///
    /// @return whether it is a valid packet; the fields mean something only then
    public boolean read(byte[] bytes, int ip, int available) {
        if (available < Ipv4Header.MIN_LENGTH) {
            return false;
        }
        version = IpVersion.of(bytes, ip);
        return switch (version) {
            case IpVersion.V4 -> readIpv4(bytes, ip, available);
            case IpVersion.V6 -> readIpv6(bytes, ip, available);
            default -> false;
        };
    }

    private boolean readIpv4(byte[] bytes, int ip, int available) {
        int header = Ipv4Header.length(bytes, ip);
        length = Ipv4Header.totalLength(bytes, ip);
        if (header < Ipv4Header.MIN_LENGTH || length < header || length > available
                || !InternetChecksum.isIntact(InternetChecksum.sum(bytes, ip, header))) {
            return false;
        }
        sourceHigh = 0;
        sourceLow = Integer.toUnsignedLong(NetworkOrder.i32(bytes, ip + Ipv4Header.SOURCE_OFFSET));
        destinationHigh = 0;
        destinationLow = Integer.toUnsignedLong(NetworkOrder.i32(bytes, ip + Ipv4Header.DESTINATION_OFFSET));
        protocol = Ipv4Header.protocol(bytes, ip);
        fragment = Ipv4Header.isFragment(bytes, ip);
        laterFragment = Ipv4Header.isLaterFragment(bytes, ip);
        transport = ip + header;
        readPorts(bytes, ip + length);
        return true;
    }

    private boolean readIpv6(byte[] bytes, int ip, int available) {
        if (available < Ipv6Header.LENGTH) {
            return false;
        }
        length = Ipv6Header.LENGTH + Ipv6Header.payloadLength(bytes, ip);
        if (length > available) {
            return false;
        }
        sourceHigh = NetworkOrder.i64(bytes, ip + Ipv6Header.SOURCE_OFFSET);
        sourceLow = NetworkOrder.i64(bytes, ip + Ipv6Header.SOURCE_OFFSET + Long.BYTES);
        destinationHigh = NetworkOrder.i64(bytes, ip + Ipv6Header.DESTINATION_OFFSET);
        destinationLow = NetworkOrder.i64(bytes, ip + Ipv6Header.DESTINATION_OFFSET + Long.BYTES);
        protocol = Ipv6Header.nextHeader(bytes, ip);
        fragment = false;
        laterFragment = false;
        transport = ip + Ipv6Header.LENGTH;
        if (!walkExtensions(bytes, ip + length)) {
            return false;
        }
        readPorts(bytes, ip + length);
        return true;
    }

    /// Walks to the upper protocol; false when an extension header does not fit into the packet.
    private boolean walkExtensions(byte[] bytes, int end) {
        while (!laterFragment && isExtension(protocol)) {
            if (transport + EXTENSION_MIN > end) {
                return false;
            }
            int lengthField = NetworkOrder.u8(bytes, transport + EXTENSION_LENGTH_OFFSET);
            int size = switch (protocol) {
                case IpProtocol.FRAGMENT -> EXTENSION_UNIT;
                case IpProtocol.AH -> (lengthField + AUTHENTICATION_EXTRA) * AUTHENTICATION_UNIT;
                default -> (lengthField + 1) * EXTENSION_UNIT;
            };
            if (protocol == IpProtocol.FRAGMENT) {
                int field = NetworkOrder.u16(bytes, transport + FRAGMENT_FIELD_OFFSET);
                laterFragment = (field & FRAGMENT_OFFSET_MASK) != 0;
                fragment = true;
            }
            protocol = NetworkOrder.u8(bytes, transport);
            transport += size;
            if (transport > end) {
                return false;
            }
        }
        return true;
    }

    private static boolean isExtension(int protocol) {
        return switch (protocol) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.AH,
                    IpProtocol.DESTINATION_OPTIONS ->
                true;
            default -> false;
        };
    }

    private void readPorts(byte[] bytes, int end) {
        sourcePort = NO_PORT;
        destinationPort = NO_PORT;
        if (!laterFragment && IpProtocol.hasPorts(protocol) && transport + PORTS_LENGTH <= end) {
            sourcePort = UdpHeader.sourcePort(bytes, transport);
            destinationPort = UdpHeader.destinationPort(bytes, transport);
        } else if (!laterFragment && IpProtocol.hasMessages(protocol) && transport + MESSAGE_LENGTH <= end) {
            sourcePort = NetworkOrder.u16(bytes, transport);
            destinationPort = sourcePort;
        }
    }

    /// 4 or 6.
    public int version() {
        return version;
    }

    /// The packet's length as its header says, in bytes.
    public int length() {
        return length;
    }

    /// The upper protocol.
    public int protocol() {
        return protocol;
    }

    /// Where the upper protocol's header stands in the array.
    public int transport() {
        return transport;
    }

    /// Whether it is a fragment.
    public boolean isFragment() {
        return fragment;
    }

    /// Whether it is a fragment without the upper protocol's header.
    public boolean isLaterFragment() {
        return laterFragment;
    }

    /// The upper half of the source address.
    public long sourceHigh() {
        return sourceHigh;
    }

    /// The lower half of the source address.
    public long sourceLow() {
        return sourceLow;
    }

    /// The upper half of the destination address.
    public long destinationHigh() {
        return destinationHigh;
    }

    /// The lower half of the destination address.
    public long destinationLow() {
        return destinationLow;
    }

    /// The source port, type and code of ICMP, or [#NO_PORT].
    public int sourcePort() {
        return sourcePort;
    }

    /// The destination port, type and code of ICMP, or [#NO_PORT].
    public int destinationPort() {
        return destinationPort;
    }
}
