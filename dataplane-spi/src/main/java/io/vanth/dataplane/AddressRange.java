package io.vanth.dataplane;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// All addresses from `first` to `last`, both included and of one family.
public record AddressRange(InetAddress first, InetAddress last) {
    private static final int IPV6_LENGTH = 16;
    private static final int NO_SCOPE = -1;

    public AddressRange {
        if (first.getAddress().length != last.getAddress().length) {
            throw new IllegalArgumentException(
                    "%s and %s are of two families".formatted(first.getHostAddress(), last.getHostAddress()));
        }
        if (compare(first, last) > 0) {
            throw new IllegalArgumentException(
                    "range runs backwards: %s-%s".formatted(first.getHostAddress(), last.getHostAddress()));
        }
    }

    /// One address.
    public static AddressRange host(InetAddress address) {
        return new AddressRange(address, address);
    }

    /// The network of `address` and `prefixLength`; bits of the host part are cleared.
    public static AddressRange network(InetAddress address, int prefixLength) {
        byte[] low = address.getAddress();
        if (prefixLength < 0 || prefixLength > low.length * 8) {
            throw new IllegalArgumentException(
                    "prefix length %d of %s".formatted(prefixLength, address.getHostAddress()));
        }
        byte[] high = low.clone();
        for (int bit = prefixLength; bit < low.length * 8; bit++) {
            int mask = 0x80 >> bit % 8;
            low[bit / 8] &= (byte) ~mask;
            high[bit / 8] |= (byte) mask;
        }
        return new AddressRange(address(low), address(high));
    }

    /// Reads `10.1.0.0/16`, `10.1.0.1`, `10.1.0.1-10.1.0.9` and their IPv6 forms; never asks a name server.
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        int dash = text.indexOf('-');
        try {
            if (slash >= 0) {
                return network(literal(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
            }
            if (dash >= 0) {
                return new AddressRange(literal(text.substring(0, dash)), literal(text.substring(dash + 1)));
            }
            return host(literal(text));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    "'%s' is no network, address or range: %s".formatted(text, bad.getMessage()), bad);
        }
    }

    /// Whether the range is IPv6.
    public boolean isIpv6() {
        return first.getAddress().length == IPV6_LENGTH;
    }

    /// Whether `address` is in the range.
    public boolean contains(InetAddress address) {
        return address.getAddress().length == first.getAddress().length && compare(first, address) <= 0
                && compare(address, last) <= 0;
    }

    /// Whether every address of `other` is in the range.
    public boolean contains(AddressRange other) {
        return contains(other.first) && contains(other.last);
    }

    /// The prefix length when the range is exactly one network, else -1.
    public int prefixLength() {
        byte[] low = first.getAddress();
        for (int length = 0; length <= low.length * 8; length++) {
            if (network(first, length).equals(this)) {
                return length;
            }
        }
        return -1;
    }

    private static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text.strip());
    }

    /// The address of 4 or 16 bytes. An IPv4-mapped one stays IPv6, which [InetAddress#getByAddress(byte\[\])] does not do.
    public static InetAddress address(byte[] bytes) {
        try {
            return bytes.length == IPV6_LENGTH
                    ? Inet6Address.getByAddress(null, bytes, NO_SCOPE)
                    : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }

    private static int compare(InetAddress one, InetAddress two) {
        return Arrays.compareUnsigned(one.getAddress(), two.getAddress());
    }

    @Override
    public String toString() {
        int length = prefixLength();
        return length >= 0
                ? first.getHostAddress() + "/" + length
                : first.getHostAddress() + "-" + last.getHostAddress();
    }
}
