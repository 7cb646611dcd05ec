package io.vanth.dataplane.userspace.selector;

import io.vanth.dataplane.userspace.wire.PacketView;

/// Which bits of a packet decide whether selectors of one kind can take it: those of the smallest networks that cover the
/// ranges of addresses and ports. A packet that a selector takes has the selector's [#hash] under its shape; the other
/// way round it need not be so.
///
/// @param fields the bits of version, protocol and ports, as [#fields(int, int, int, int)] lays them out
public record SelectorShape(long remoteHigh, long remoteLow, long localHigh, long localLow, long fields) {
    private static final int VERSION_SHIFT = 40;
    private static final int PROTOCOL_SHIFT = 32;
    private static final int PORT_BITS = 16;
    private static final long PORT_MASK = 0xFFFF;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final long SPREAD_2 = 0xC2B2_AE3D_27D4_EB4FL;
    private static final long SPREAD_3 = 0x1656_67B1_9E37_79F9L;
    private static final long SPREAD_4 = 0x85EB_CA77_C2B2_AE63L;
    private static final long SPREAD_5 = 0x27D4_EB2F_1656_67C5L;

    static long fields(int version, int protocol, int remotePort, int localPort) {
        return (long) version << VERSION_SHIFT | (long) protocol << PROTOCOL_SHIFT
                | (remotePort & PORT_MASK) << PORT_BITS | localPort & PORT_MASK;
    }

    /// The leading bits that all of `first` to `last` have in common, their number rounded down to a multiple of `step`.
    static long common(long first, long last, int step) {
        int bits = Long.numberOfLeadingZeros(first ^ last);
        bits -= bits % step;
        return bits == Long.SIZE ? -1 : ~(-1L >>> bits);
    }

    /// The hash of a packet that leaves or comes.
    public long hash(PacketView packet, boolean outbound) {
        return outbound
                ? hash(packet.destinationHigh(), packet.destinationLow(), packet.sourceHigh(), packet.sourceLow(),
                        fields(packet.version(), packet.protocol(), packet.destinationPort(), packet.sourcePort()))
                : hash(packet.sourceHigh(), packet.sourceLow(), packet.destinationHigh(), packet.destinationLow(),
                        fields(packet.version(), packet.protocol(), packet.sourcePort(), packet.destinationPort()));
    }

    long hash(long packetRemoteHigh, long packetRemoteLow, long packetLocalHigh, long packetLocalLow,
            long packetFields) {
        long sum = (packetRemoteHigh & remoteHigh) * SPREAD + (packetRemoteLow & remoteLow) * SPREAD_2
                + (packetLocalHigh & localHigh) * SPREAD_3 + (packetLocalLow & localLow) * SPREAD_4
                + (packetFields & fields) * SPREAD_5;
        return (sum ^ sum >>> Integer.SIZE) * SPREAD;
    }
}
