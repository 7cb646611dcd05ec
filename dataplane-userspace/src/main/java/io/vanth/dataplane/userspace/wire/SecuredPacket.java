package io.vanth.dataplane.userspace.wire;

/// Where the IP headers of a packet end and what stands behind them: the place of ESP, AH and IPComp in transport mode,
/// behind hop-by-hop options, routing header and destination options (RFC 4303 section 3.1.1, RFC 4302 section 3.1.1).
/// One object serves many packets.
///
///     |<----- headerLength ----->|
///     +-----------+- - - - - - - +------------------- - - -+
///     | IP header |  extensions  | ESP, AH, IPComp, ...    |
///     +-----------+- - - - - - - +------------------- - - -+
///     ^ ip                       ^ payload                 ^ end
///
/// What comes in UDP has no IP header: then there is the ESP packet alone, [#headerLength()] is 0.
public final class SecuredPacket {
    private static final int EXTENSION_UNIT = 8;
    private static final int EXTENSION_LENGTH_OFFSET = 1;

    private byte[] bytes;
    private int ip;
    private int version;
    private int length;
    private int payload;
    private int protocolField;

    public SecuredPacket() {}

    /// Reads the packet at `at`, of which `available` bytes are there.
    ///
    /// @return whether what the headers say fits in; the fields mean something only then
    public boolean read(byte[] packet, int at, int available) {
        if (available < Ipv4Header.MIN_LENGTH) {
            return false;
        }
        bytes = packet;
        ip = at;
        version = IpVersion.of(packet, at);
        return switch (version) {
            case IpVersion.V4 -> readIpv4(available);
            case IpVersion.V6 -> available >= Ipv6Header.LENGTH && readIpv6(available);
            default -> false;
        };
    }

    /// Takes up the ESP packet of `size` bytes at `at`, which came in UDP.
    public void readHeadless(byte[] packet, int at, int size) {
        bytes = packet;
        ip = at;
        version = 0;
        length = size;
        payload = at;
        protocolField = at;
    }

    private boolean readIpv4(int available) {
        int header = Ipv4Header.length(bytes, ip);
        length = Ipv4Header.totalLength(bytes, ip);
        payload = ip + header;
        protocolField = ip + Ipv4Header.PROTOCOL_OFFSET;
        return header >= Ipv4Header.MIN_LENGTH && length >= header && length <= available;
    }

    private boolean readIpv6(int available) {
        length = Ipv6Header.LENGTH + Ipv6Header.payloadLength(bytes, ip);
        payload = ip + Ipv6Header.LENGTH;
        protocolField = ip + Ipv6Header.NEXT_HEADER_OFFSET;
        if (length > available) {
            return false;
        }
        while (isBeforePayload(protocol())) {
            if (payload + EXTENSION_UNIT > ip + length) {
                return false;
            }
            protocolField = payload;
            payload += (NetworkOrder.u8(bytes, payload + EXTENSION_LENGTH_OFFSET) + 1) * EXTENSION_UNIT;
            if (payload > ip + length) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBeforePayload(int protocol) {
        return protocol == IpProtocol.HOP_BY_HOP || protocol == IpProtocol.ROUTING
                || protocol == IpProtocol.DESTINATION_OPTIONS;
    }

    /// The array that holds the packet.
    public byte[] bytes() {
        return bytes;
    }

    /// Where the packet starts.
    public int ip() {
        return ip;
    }

    /// 4 or 6.
    public int version() {
        return version;
    }

    /// The length of the whole packet.
    public int length() {
        return length;
    }

    /// Bytes in front of the payload.
    public int headerLength() {
        return payload - ip;
    }

    /// Where the payload starts.
    public int payload() {
        return payload;
    }

    /// Bytes of the payload.
    public int payloadLength() {
        return ip + length - payload;
    }

    /// What the payload is.
    public int protocol() {
        return isHeadless() ? IpProtocol.ESP : NetworkOrder.u8(bytes, protocolField);
    }

    /// Whether there is no IP header.
    public boolean isHeadless() {
        return version == 0;
    }

    /// Whether the part of ESP, AH or IPComp is there that every packet of them has.
    public boolean holdsSpi() {
        return switch (protocol()) {
            case IpProtocol.ESP -> payloadLength() >= EspHeader.LENGTH;
            case IpProtocol.AH -> payloadLength() >= AuthenticationHeader.FIXED_LENGTH;
            case IpProtocol.IPCOMP -> payloadLength() >= IpcompHeader.LENGTH;
            default -> false;
        };
    }

    /// The SPI of ESP or AH, or the CPI of IPComp.
    public int spi() {
        return switch (protocol()) {
            case IpProtocol.AH -> NetworkOrder.i32(bytes, payload + AuthenticationHeader.SPI_OFFSET);
            case IpProtocol.IPCOMP -> NetworkOrder.u16(bytes, payload + IpcompHeader.CPI_OFFSET);
            default -> NetworkOrder.i32(bytes, payload + EspHeader.SPI_OFFSET);
        };
    }

    /// The low 32 bits of the sequence number of ESP or AH.
    public int sequence() {
        return NetworkOrder.i32(bytes, payload + (protocol() == IpProtocol.AH
                ? AuthenticationHeader.SEQUENCE_OFFSET
                : EspHeader.SEQUENCE_OFFSET));
    }

    /// Where that is said.
    public int protocolField() {
        return protocolField;
    }

    /// Whether the payload is a part of one.
    public boolean isFragment() {
        return version == IpVersion.V4 ? Ipv4Header.isFragment(bytes, ip) : protocol() == IpProtocol.FRAGMENT;
    }

    /// Writes the headers to `out[at]`, with another payload behind them.
    ///
    /// @param protocol what the payload is
    /// @param total    the length of the whole packet
    public void rewrite(byte[] out, int at, int protocol, int total) {
        System.arraycopy(bytes, ip, out, at, headerLength());
        NetworkOrder.put8(out, at + protocolField - ip, protocol);
        if (version == IpVersion.V4) {
            NetworkOrder.put16(out, at + Ipv4Header.TOTAL_LENGTH_OFFSET, total);
            Ipv4Header.writeChecksum(out, at);
        } else {
            NetworkOrder.put16(out, at + Ipv6Header.PAYLOAD_LENGTH_OFFSET, total - Ipv6Header.LENGTH);
        }
    }

    /// DSCP and ECN.
    public int trafficClass() {
        return version == IpVersion.V4
                ? NetworkOrder.u8(bytes, ip + Ipv4Header.TOS_OFFSET)
                : Ipv6Header.trafficClass(bytes, ip);
    }

    /// The upper half of the destination address; 0 over IPv4.
    public long destinationHigh() {
        return version == IpVersion.V4 ? 0 : NetworkOrder.i64(bytes, ip + Ipv6Header.DESTINATION_OFFSET);
    }

    /// The lower half of the destination address; the 32 bits over IPv4.
    public long destinationLow() {
        return version == IpVersion.V4
                ? Integer.toUnsignedLong(NetworkOrder.i32(bytes, ip + Ipv4Header.DESTINATION_OFFSET))
                : NetworkOrder.i64(bytes, ip + Ipv6Header.DESTINATION_OFFSET + Long.BYTES);
    }
}
