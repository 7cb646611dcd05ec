package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Malformed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Reads IP packets down to what UDP, ESP or AH carries. Fragments are not put together: a first one is reported as such.
final class PacketReader {
    private static final int ICMP = 1;
    private static final int UDP = 17;
    private static final int ESP = 50;
    private static final int AH = 51;
    private static final int ICMP6 = 58;

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV4_LENGTH_OFFSET = 2;
    private static final int IPV4_FRAGMENT_OFFSET = 6;
    private static final int IPV4_PROTOCOL_OFFSET = 9;
    private static final int IPV4_SOURCE_OFFSET = 12;
    private static final int IPV4_ADDRESS_BYTES = 4;
    private static final int IPV4_MORE_FRAGMENTS = 0x2000;
    private static final int IPV4_FRAGMENT_MASK = 0x1fff;

    private static final int IPV6_HEADER_BYTES = 40;
    private static final int IPV6_LENGTH_OFFSET = 4;
    private static final int IPV6_NEXT_OFFSET = 6;
    private static final int IPV6_SOURCE_OFFSET = 8;
    private static final int IPV6_ADDRESS_BYTES = 16;
    private static final int IPV6_HOP_BY_HOP = 0;
    private static final int IPV6_ROUTING = 43;
    private static final int IPV6_FRAGMENT = 44;
    private static final int IPV6_DESTINATION_OPTIONS = 60;
    private static final int EXTENSION_UNIT_BYTES = 8;

    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP_DESTINATION_OFFSET = 2;
    private static final int UDP_LENGTH_OFFSET = 4;

    private PacketReader() {}

    /// What is in a packet, and between whom.
    record Packet(Optional<DecodedFrame.Flow> flow, Content content) {}

    /// A packet that is not looked into.
    static Packet other(String what) {
        return new Packet(Optional.empty(), new Content.Other(what));
    }

    /// @param cut whether the capture holds less than was on the wire
    static Packet read(Bytes packet, boolean cut) {
        int version = packet.isEmpty() ? 0 : packet.at(0) >>> 4;
        return switch (version) {
            case 4 -> ipv4(packet, cut);
            case 6 -> ipv6(packet, cut);
            default -> other("no IP packet");
        };
    }

    private static Packet ipv4(Bytes packet, boolean cut) {
        if (packet.length() < IPV4_HEADER_BYTES) {
            return other("an IPv4 packet of %d bytes".formatted(packet.length()));
        }
        int header = (packet.at(0) & 0xf) * 4;
        int total = packet.shortAt(IPV4_LENGTH_OFFSET);
        int end = total == 0 ? packet.length() : Math.min(total, packet.length());
        if (header < IPV4_HEADER_BYTES || header > end) {
            return other("an IPv4 packet with a header of %d bytes".formatted(header));
        }
        int fragment = packet.shortAt(IPV4_FRAGMENT_OFFSET);
        var addresses = new Addresses(address(packet, IPV4_SOURCE_OFFSET, IPV4_ADDRESS_BYTES),
                address(packet, IPV4_SOURCE_OFFSET + IPV4_ADDRESS_BYTES, IPV4_ADDRESS_BYTES));
        if ((fragment & IPV4_FRAGMENT_MASK) != 0) {
            return addresses.packet(new Content.Other("a later fragment of an IPv4 packet"));
        }
        boolean incomplete = cut || total > packet.length() || (fragment & IPV4_MORE_FRAGMENTS) != 0;
        return transport(packet.at(IPV4_PROTOCOL_OFFSET), packet.slice(header, end), addresses, incomplete);
    }

    private static Packet ipv6(Bytes packet, boolean cut) {
        if (packet.length() < IPV6_HEADER_BYTES) {
            return other("an IPv6 packet of %d bytes".formatted(packet.length()));
        }
        var addresses = new Addresses(address(packet, IPV6_SOURCE_OFFSET, IPV6_ADDRESS_BYTES),
                address(packet, IPV6_SOURCE_OFFSET + IPV6_ADDRESS_BYTES, IPV6_ADDRESS_BYTES));
        int end = Math.min(IPV6_HEADER_BYTES + packet.shortAt(IPV6_LENGTH_OFFSET), packet.length());
        int next = packet.at(IPV6_NEXT_OFFSET);
        int start = IPV6_HEADER_BYTES;
        while (isExtension(next)) {
            if (start + EXTENSION_UNIT_BYTES > end) {
                return addresses.packet(new Content.Other("an IPv6 packet that ends within its extension headers"));
            }
            next = packet.at(start);
            start += EXTENSION_UNIT_BYTES * (1 + packet.at(start + 1));
        }
        if (next == IPV6_FRAGMENT) {
            return addresses.packet(new Content.Other("a fragment of an IPv6 packet"));
        }
        return transport(next, packet.slice(Math.min(start, end), end), addresses, cut);
    }

    private static boolean isExtension(int next) {
        return next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_DESTINATION_OPTIONS;
    }

    private static Packet transport(int protocol, Bytes payload, Addresses addresses, boolean incomplete) {
        return switch (protocol) {
            case UDP -> udp(payload, addresses, incomplete);
            case ESP -> addresses.packet(DatagramReader.esp(payload, false));
            case AH -> addresses.packet(DatagramReader.ah(payload));
            case ICMP, ICMP6 -> addresses.packet(IcmpReader.read(protocol == ICMP6, payload));
            default -> addresses.packet(new Content.Other("IP protocol " + protocol));
        };
    }

    private static Packet udp(Bytes payload, Addresses addresses, boolean incomplete) {
        if (payload.length() < UDP_HEADER_BYTES) {
            return addresses.packet(new Content.Other("UDP of %d bytes".formatted(payload.length())));
        }
        int source = payload.shortAt(0);
        int destination = payload.shortAt(UDP_DESTINATION_OFFSET);
        int length = payload.shortAt(UDP_LENGTH_OFFSET);
        var flow = new DecodedFrame.Flow(new DecodedFrame.Endpoint(addresses.source, Optional.of(source)),
                new DecodedFrame.Endpoint(addresses.destination, Optional.of(destination)));
        if (!DatagramReader.isIpsecPort(source) && !DatagramReader.isIpsecPort(destination)) {
            return new Packet(Optional.of(flow), new Content.Other("UDP"));
        }
        if (length < UDP_HEADER_BYTES || length > payload.length()) {
            String why = incomplete ? "only %d of %d bytes were captured" : "%d bytes, but the UDP length is %d";
            return new Packet(Optional.of(flow),
                    new Content.Broken(new Malformed(why.formatted(payload.length(), length), 0)));
        }
        Bytes datagram = payload.slice(UDP_HEADER_BYTES, length);
        return new Packet(Optional.of(flow), DatagramReader.ofPorts(source, destination, datagram));
    }

    private static InetAddress address(Bytes packet, int offset, int length) {
        try {
            return InetAddress.getByAddress(packet.slice(offset, offset + length).toArray());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of %d bytes".formatted(length), e);
        }
    }

    private record Addresses(InetAddress source, InetAddress destination) {
        Packet packet(Content content) {
            return new Packet(Optional.of(new DecodedFrame.Flow(new DecodedFrame.Endpoint(source, Optional.empty()),
                    new DecodedFrame.Endpoint(destination, Optional.empty()))), content);
        }
    }
}
