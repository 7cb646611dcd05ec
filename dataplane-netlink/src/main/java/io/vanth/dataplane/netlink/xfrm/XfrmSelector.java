package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The packets that a policy or an SA is for.
///
/// ```
///  0                   1                   2                   3
/// +---------------------------------------------------------------+
/// |                  destination address (16 bytes)               |
/// +---------------------------------------------------------------+
/// |                    source address (16 bytes)                  |
/// +-------------------------------+-------------------------------+
/// |       destination port *      |            its mask *         |
/// +-------------------------------+-------------------------------+
/// |          source port *        |            its mask *         |
/// +-------------------------------+---------------+---------------+
/// |            family             | bits of dest. | bits of source|
/// +---------------+---------------+---------------+---------------+
/// |   protocol    |                    unused                     |
/// +---------------+-----------------------------------------------+
/// |                        interface (0: any)                     |
/// +---------------------------------------------------------------+
/// |                          user (not used)                      |
/// +---------------------------------------------------------------+
///                         * in network order
/// ```
///
/// @param protocol 0 for any
record XfrmSelector(IpPrefix source, IpPrefix destination, PortMask sourcePorts, PortMask destinationPorts,
        int protocol) {
    static final int LENGTH = 56;
    private static final int SOURCE_OFFSET = 16;
    private static final int DESTINATION_PORT_OFFSET = 32;
    private static final int DESTINATION_MASK_OFFSET = 34;
    private static final int SOURCE_PORT_OFFSET = 36;
    private static final int SOURCE_MASK_OFFSET = 38;
    private static final int FAMILY_OFFSET = 40;
    private static final int DESTINATION_BITS_OFFSET = 42;
    private static final int SOURCE_BITS_OFFSET = 43;
    private static final int PROTOCOL_OFFSET = 44;
    private static final int UNUSED = 3;

    /// The selectors that together are the packets from `source` to `destination`; none where the two contradict each
    /// other.
    static List<XfrmSelector> of(TrafficSelector source, TrafficSelector destination) {
        boolean contradiction = source.protocol() != TrafficSelector.ANY_PROTOCOL
                && destination.protocol() != TrafficSelector.ANY_PROTOCOL
                && source.protocol() != destination.protocol();
        var selectors = new ArrayList<XfrmSelector>();
        if (contradiction) {
            return selectors;
        }
        int protocol = Math.max(source.protocol(), destination.protocol());
        List<Ports> ports = source.hasMessages() || destination.hasMessages()
                ? Ports.ofMessages(Math.max(source.firstPort(), destination.firstPort()),
                        Math.min(source.lastPort(), destination.lastPort()))
                : Ports.of(source, destination);
        for (IpPrefix from : IpPrefix.covering(source.addresses())) {
            for (IpPrefix to : IpPrefix.covering(destination.addresses())) {
                for (Ports each : ports) {
                    selectors.add(new XfrmSelector(from, to, each.source, each.destination, protocol));
                }
            }
        }
        return selectors;
    }

    /// Source and destination ports. Of ICMP the kernel has the type for the one and the code for the other, whichever way
    /// a packet goes.
    private record Ports(PortMask source, PortMask destination) {
        private static final int CODES = 256;
        private static final int LAST_CODE = CODES - 1;

        static List<Ports> of(TrafficSelector source, TrafficSelector destination) {
            var all = new ArrayList<Ports>();
            for (PortMask from : PortMask.covering(source.firstPort(), source.lastPort())) {
                for (PortMask to : PortMask.covering(destination.firstPort(), destination.lastPort())) {
                    all.add(new Ports(from, to));
                }
            }
            return all;
        }

        /// The messages from `first` to `last`, each its type times 256 and its code.
        static List<Ports> ofMessages(int first, int last) {
            if (first == 0 && last == CODES * CODES - 1) {
                return List.of(new Ports(PortMask.ANY, PortMask.ANY));
            }
            var all = new ArrayList<Ports>();
            for (int next = first; next <= last;) {
                int type = next / CODES;
                boolean whole = next % CODES == 0 && last >= type * CODES + LAST_CODE;
                int end = Math.min(last, type * CODES + LAST_CODE);
                List<PortMask> codes = whole
                        ? List.of(PortMask.ANY)
                        : PortMask.covering(next % CODES, end % CODES);
                codes.forEach(code -> all.add(new Ports(PortMask.covering(type, type).getFirst(), code)));
                next = end + 1;
            }
            return all;
        }
    }

    /// The one selector of the packets that leave this host by an SA of those pairs, or come by it; empty where it takes
    /// several.
    static Optional<XfrmSelector> single(List<TrafficPair> pairs, boolean outbound) {
        if (pairs.size() != 1) {
            return Optional.empty();
        }
        TrafficPair pair = pairs.getFirst();
        List<XfrmSelector> selectors = outbound ? of(pair.local(), pair.remote()) : of(pair.remote(), pair.local());
        return selectors.size() == 1 ? Optional.of(selectors.getFirst()) : Optional.empty();
    }

    void write(MessageWriter message) {
        Xfrm.address(message, destination.address());
        Xfrm.address(message, source.address());
        message.networkU16(destinationPorts.port()).networkU16(destinationPorts.mask())
                .networkU16(sourcePorts.port()).networkU16(sourcePorts.mask())
                .u16(Xfrm.family(source.isIpv6())).u8(destination.length()).u8(source.length()).u8(protocol)
                .zeros(UNUSED).u32(0).u32(0);
    }

    /// Reads the selector at `offset`; empty where it has no family and so selects everything of both.
    static Optional<XfrmSelector> read(StructureReader in, int offset) throws ProtocolException {
        int family = in.u16(offset + FAMILY_OFFSET);
        if (family == 0) {
            return Optional.empty();
        }
        boolean ipv6 = Xfrm.isIpv6(family);
        return Optional.of(new XfrmSelector(
                prefix(in.address(offset + SOURCE_OFFSET, ipv6), in.u8(offset + SOURCE_BITS_OFFSET)),
                prefix(in.address(offset, ipv6), in.u8(offset + DESTINATION_BITS_OFFSET)),
                ports(in, offset + SOURCE_PORT_OFFSET, offset + SOURCE_MASK_OFFSET),
                ports(in, offset + DESTINATION_PORT_OFFSET, offset + DESTINATION_MASK_OFFSET),
                in.u8(offset + PROTOCOL_OFFSET)));
    }

    private static PortMask ports(StructureReader in, int portOffset, int maskOffset) {
        return new PortMask(in.networkU16(portOffset), in.networkU16(maskOffset));
    }

    /// Others may set bits behind the prefix, which mean nothing.
    private static IpPrefix prefix(InetAddress address, int length) throws ProtocolException {
        if (length > address.getAddress().length * 8) {
            throw new ProtocolException("prefix of %d bits of %s".formatted(length, address.getHostAddress()));
        }
        return new IpPrefix(AddressRange.network(address, length).first(), length);
    }
}
