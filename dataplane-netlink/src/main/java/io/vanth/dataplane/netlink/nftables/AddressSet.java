package io.vanth.dataplane.netlink.nftables;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.netlink.message.AttributeWriter;
import java.net.InetAddress;
import java.util.function.Consumer;

/// A set of address ranges of one family in a table: whether an address is in one of them costs the kernel a walk down a
/// tree, however many there are.
public record AddressSet(String name, boolean ipv6) {
    private static final int LIST_ELEMENT = 1;
    private static final int ELEMENT_KEY = 1;
    private static final int ELEMENT_FLAGS = 3;
    private static final int DATA_VALUE = 1;
    private static final int INTERVAL_END = 1;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

    int addressLength() {
        return ipv6 ? IPV6_LENGTH : IPV4_LENGTH;
    }

    /// A range is the element that it begins with and, but for one that reaches the last address, the element behind it.
    static void write(AttributeWriter list, AddressRange range) {
        list.nested(LIST_ELEMENT, first -> first.nested(ELEMENT_KEY, key(range.first().getAddress())));
        byte[] behind = behind(range.last());
        if (behind.length > 0) {
            list.nested(LIST_ELEMENT, end -> end.nested(ELEMENT_KEY, key(behind)).networkU32(ELEMENT_FLAGS,
                    INTERVAL_END));
        }
    }

    private static Consumer<AttributeWriter> key(byte[] address) {
        return key -> key.bytes(DATA_VALUE, address);
    }

    /// The next address; none where there is none.
    private static byte[] behind(InetAddress address) {
        byte[] next = address.getAddress();
        for (int at = next.length - 1; at >= 0; at--) {
            next[at]++;
            if (next[at] != 0) {
                return next;
            }
        }
        return new byte[0];
    }
}
