package io.vanth.ike.decode;

import io.vanth.ike.decode.DecodedFrame.Flow;
import io.vanth.ike.wire.Bytes;
import java.util.Map;

/// Reads ICMP that says that a datagram could not be delivered, and quotes the start of it.
final class IcmpReader {
    private static final int UNREACHABLE = 3;
    private static final int UNREACHABLE_6 = 1;
    private static final int QUOTED_OFFSET = 8;

    /// RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
    private static final Map<Integer, String> CODES = Map.of(0, "network", 1, "host", 2, "protocol", 3, "port", 9,
            "network (forbidden)", 10, "host (forbidden)", 13, "host (filtered)");
    /// RFC 4443 section 3.1.
    private static final Map<Integer, String> CODES_6 = Map.of(0, "network", 1, "host (filtered)", 3, "host", 4,
            "port");

    private IcmpReader() {}

    static Content read(boolean ipv6, Bytes packet) {
        if (packet.length() <= QUOTED_OFFSET || packet.at(0) != (ipv6 ? UNREACHABLE_6 : UNREACHABLE)) {
            return new Content.Other(ipv6 ? "ICMPv6" : "ICMP");
        }
        String what = (ipv6 ? CODES_6 : CODES).getOrDefault(packet.at(1), "code " + packet.at(1));
        return PacketReader.read(packet.from(QUOTED_OFFSET), true).flow().map(Flow::destination)
                .<Content>map(target -> new Content.Unreachable(what, target))
                .orElseGet(() -> new Content.Other("ICMP: " + what + " unreachable"));
    }
}
