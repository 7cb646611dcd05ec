package io.vanth.ike.policy;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/// Traffic selectors as the identification payloads of quick mode (RFC 2407 section 4.6.2).
public final class SelectorIds {
    private SelectorIds() {}

    /// A host as an address, a network as a subnet, anything else as a range.
    public static Payload.Identification encode(TrafficSelector selector) {
        AddressRange range = selector.addresses();
        boolean ipv6 = range.isIpv6();
        Bytes first = Bytes.of(range.first().getAddress());
        int port = selector.firstPort() == selector.lastPort() ? selector.firstPort() : 0;
        int prefix = range.prefixLength();
        if (prefix == first.length() * 8) {
            return Payload.Identification.of(ipv6 ? Identity.IPV6_ADDR : Identity.IPV4_ADDR, selector.protocol(), port,
                    first);
        }
        if (prefix >= 0) {
            return Payload.Identification.of(ipv6 ? Identity.IPV6_ADDR_SUBNET : Identity.IPV4_ADDR_SUBNET,
                    selector.protocol(), port, Bytes.concat(first, mask(first.length(), prefix)));
        }
        return Payload.Identification.of(ipv6 ? Identity.IPV6_ADDR_RANGE : Identity.IPV4_ADDR_RANGE,
                selector.protocol(),
                port, Bytes.concat(first, Bytes.of(range.last().getAddress())));
    }

    /// The selector of an identification payload; empty when its type is none of addresses or its data do not fit.
    public static Optional<TrafficSelector> decode(Payload.Identification id) {
        return range(id).map(range -> new TrafficSelector(range, id.protocol(), id.port(),
                id.port() == 0 ? 0xffff : id.port()));
    }

    private static Optional<AddressRange> range(Payload.Identification id) {
        int length = switch (id.idType()) {
            case Identity.IPV4_ADDR, Identity.IPV4_ADDR_SUBNET, Identity.IPV4_ADDR_RANGE -> 4;
            case Identity.IPV6_ADDR, Identity.IPV6_ADDR_SUBNET, Identity.IPV6_ADDR_RANGE -> 16;
            default -> 0;
        };
        boolean single = id.idType() == Identity.IPV4_ADDR || id.idType() == Identity.IPV6_ADDR;
        if (length == 0 || id.data().length() != (single ? length : 2 * length)) {
            return Optional.empty();
        }
        InetAddress first = AddressRange.address(id.data().slice(0, length).toArray());
        if (single) {
            return Optional.of(AddressRange.host(first));
        }
        if (id.idType() == Identity.IPV4_ADDR_SUBNET || id.idType() == Identity.IPV6_ADDR_SUBNET) {
            int prefix = prefix(id.data().from(length));
            return prefix < 0 ? Optional.empty() : Optional.of(AddressRange.network(first, prefix));
        }
        InetAddress last = AddressRange.address(id.data().from(length).toArray());
        return ordered(first, last) ? Optional.of(new AddressRange(first, last)) : Optional.empty();
    }

    private static boolean ordered(InetAddress first, InetAddress last) {
        return new BigInteger(1, first.getAddress()).compareTo(new BigInteger(1, last.getAddress())) <= 0;
    }

    private static Bytes mask(int length, int prefix) {
        byte[] mask = new byte[length];
        for (int bit = 0; bit < prefix; bit++) {
            mask[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return Bytes.owning(mask);
    }

    private static int prefix(Bytes mask) {
        for (int prefix = 0; prefix <= mask.length() * 8; prefix++) {
            if (mask(mask.length(), prefix).equals(mask)) {
                return prefix;
            }
        }
        return -1;
    }
}
