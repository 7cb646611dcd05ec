package io.vanth.dataplane.userspace.selector;

import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.List;

/// Compares packets with a [TrafficPair]. Ports of any protocol are not the messages of ICMP. A selector of ports takes no packet whose ports cannot be seen, such as a later
/// fragment (RFC 4301 section 7).
public final class SelectorMatcher {
    private static final int ALL_VERSION_BITS = 0xFF;
    private static final int ALL_PROTOCOL_BITS = 0xFF;

    private final int version;
    private final Side local;
    private final Side remote;

    private SelectorMatcher(TrafficPair pair) {
        version = pair.local().addresses().isIpv6() ? IpVersion.V6 : IpVersion.V4;
        local = new Side(pair.local());
        remote = new Side(pair.remote());
    }

    /// A matcher for each pair.
    public static SelectorMatcher[] of(List<TrafficPair> pairs) {
        return pairs.stream().map(SelectorMatcher::of).toArray(SelectorMatcher[]::new);
    }

    /// A matcher for one pair.
    public static SelectorMatcher of(TrafficPair pair) {
        return new SelectorMatcher(pair);
    }

    /// Whether one of `matchers` takes a packet that leaves this host.
    public static boolean anyOutbound(SelectorMatcher[] matchers, PacketView packet) {
        for (SelectorMatcher matcher : matchers) {
            if (matcher.matchesOutbound(packet)) {
                return true;
            }
        }
        return false;
    }

    /// Whether one of `matchers` takes a packet that comes to this host.
    public static boolean anyInbound(SelectorMatcher[] matchers, PacketView packet) {
        for (SelectorMatcher matcher : matchers) {
            if (matcher.matchesInbound(packet)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the packet goes from the local to the remote side.
    public boolean matchesOutbound(PacketView packet) {
        return packet.version() == version && local.takesSource(packet) && remote.takesDestination(packet);
    }

    /// Whether the packet goes from the remote to the local side.
    public boolean matchesInbound(PacketView packet) {
        return packet.version() == version && remote.takesSource(packet) && local.takesDestination(packet);
    }

    /// Whether the packet, which leaves or comes, is one of these.
    public boolean matches(PacketView packet, boolean outbound) {
        return outbound ? matchesOutbound(packet) : matchesInbound(packet);
    }

    /// The bits that packets which match have in common, prefixes rounded down to a multiple of `step` bits.
    public SelectorShape shape(int step) {
        int sameProtocol = local.protocol == TrafficSelector.ANY_PROTOCOL
                && remote.protocol == TrafficSelector.ANY_PROTOCOL ? 0 : ALL_PROTOCOL_BITS;
        long fields = SelectorShape.fields(ALL_VERSION_BITS, sameProtocol, remote.commonPortBits(step),
                local.commonPortBits(step));
        return new SelectorShape(remote.commonHigh(step), remote.commonLow(step), local.commonHigh(step),
                local.commonLow(step), fields);
    }

    /// What the packets that match hash to under `shape`, which is this one's or a wider one.
    public long hash(SelectorShape shape) {
        int protocol = local.protocol == TrafficSelector.ANY_PROTOCOL ? remote.protocol : local.protocol;
        return shape.hash(remote.firstHigh, remote.firstLow, local.firstHigh, local.firstLow,
                SelectorShape.fields(version, protocol, remote.firstPort, local.firstPort));
    }

    private static final class Side {
        private final long firstHigh;
        private final long firstLow;
        private final long lastHigh;
        private final long lastLow;
        private final int protocol;
        private final boolean anyPort;
        private final int firstPort;
        private final int lastPort;

        Side(TrafficSelector selector) {
            byte[] first = selector.addresses().first().getAddress();
            byte[] last = selector.addresses().last().getAddress();
            firstHigh = high(first);
            firstLow = low(first);
            lastHigh = high(last);
            lastLow = low(last);
            protocol = selector.protocol();
            anyPort = selector.anyPort();
            firstPort = selector.firstPort();
            lastPort = selector.lastPort();
        }

        boolean takesSource(PacketView packet) {
            return takes(packet.sourceHigh(), packet.sourceLow(), packet.protocol(), packet.sourcePort());
        }

        boolean takesDestination(PacketView packet) {
            return takes(packet.destinationHigh(), packet.destinationLow(), packet.protocol(),
                    packet.destinationPort());
        }

        private boolean takes(long high, long low, int packetProtocol, int port) {
            return !isLess(high, low, firstHigh, firstLow) && !isLess(lastHigh, lastLow, high, low)
                    && (protocol == TrafficSelector.ANY_PROTOCOL || protocol == packetProtocol)
                    && (anyPort || port >= firstPort && port <= lastPort
                            && (protocol != TrafficSelector.ANY_PROTOCOL || !IpProtocol.hasMessages(packetProtocol)));
        }

        long commonHigh(int step) {
            return SelectorShape.common(firstHigh, lastHigh, step);
        }

        long commonLow(int step) {
            return firstHigh == lastHigh ? SelectorShape.common(firstLow, lastLow, step) : 0;
        }

        int commonPortBits(int step) {
            return (int) SelectorShape.common(firstPort, lastPort, step);
        }

        private static boolean isLess(long high, long low, long otherHigh, long otherLow) {
            int upper = Long.compareUnsigned(high, otherHigh);
            return upper < 0 || upper == 0 && Long.compareUnsigned(low, otherLow) < 0;
        }

        private static long high(byte[] address) {
            return address.length == Integer.BYTES ? 0 : number(address, 0, Long.BYTES);
        }

        private static long low(byte[] address) {
            int start = Math.max(0, address.length - Long.BYTES);
            return number(address, start, address.length);
        }

        private static long number(byte[] bytes, int from, int to) {
            long number = 0;
            for (int index = from; index < to; index++) {
                number = number << Byte.SIZE | Byte.toUnsignedLong(bytes[index]);
            }
            return number;
        }
    }
}
