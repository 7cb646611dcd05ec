package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// A network: the only shape of addresses that a routing table knows. Bits behind the prefix are zero.
public record IpPrefix(InetAddress address, int length) {
    public IpPrefix {
        if (!AddressRange.network(address, length).first().equals(address)) {
            throw new IllegalArgumentException("%s/%d has host bits".formatted(address.getHostAddress(), length));
        }
    }

    /// Reads `10.1.0.0/16` or one address.
    public static IpPrefix parse(String text) {
        List<IpPrefix> prefixes = covering(AddressRange.parse(text));
        if (prefixes.size() != 1) {
            throw new IllegalArgumentException(text + " is no prefix");
        }
        return prefixes.getFirst();
    }

    /// The fewest prefixes that make up `range`, in order: one for a network, at most 2 × 128 - 2 for any range.
    public static List<IpPrefix> covering(AddressRange range) {
        return covering(number(range.first()), number(range.last()), range.first().getAddress().length * 8);
    }

    /// The fewest prefixes that make up all of these ranges, which are of one family, in order.
    public static List<IpPrefix> covering(Collection<AddressRange> ranges) {
        var prefixes = new ArrayList<IpPrefix>();
        BigInteger first = BigInteger.ONE;
        BigInteger last = BigInteger.ZERO;
        int bits = 0;
        for (AddressRange range : ranges.stream().sorted(Comparator.comparing(each -> number(each.first()))).toList()) {
            bits = range.first().getAddress().length * 8;
            if (first.compareTo(last) > 0 || number(range.first()).compareTo(last.add(BigInteger.ONE)) > 0) {
                prefixes.addAll(covering(first, last, bits));
                first = number(range.first());
                last = number(range.last());
            } else {
                last = last.max(number(range.last()));
            }
        }
        prefixes.addAll(covering(first, last, bits));
        return prefixes;
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static List<IpPrefix> covering(BigInteger first, BigInteger last, int bits) {
        BigInteger next = first;
        var prefixes = new ArrayList<IpPrefix>();
        while (next.compareTo(last) <= 0) {
            int aligned = next.signum() == 0 ? bits : Math.min(bits, next.getLowestSetBit());
            int fitting = last.subtract(next).add(BigInteger.ONE).bitLength() - 1;
            int hostBits = Math.min(aligned, fitting);
            prefixes.add(new IpPrefix(address(next, bits), bits - hostBits));
            next = next.add(BigInteger.ONE.shiftLeft(hostBits));
        }
        return prefixes;
    }

    /// All its addresses.
    public AddressRange range() {
        return AddressRange.network(address, length);
    }

    /// The two networks that make it up; itself where it is one address.
    public List<IpPrefix> halves() {
        int bits = address.getAddress().length * 8;
        if (length == bits) {
            return List.of(this);
        }
        BigInteger upper = number(address).setBit(bits - length - 1);
        return List.of(new IpPrefix(address, length + 1), new IpPrefix(address(upper, bits), length + 1));
    }

    /// The network of a shorter prefix around it.
    public IpPrefix around(int shorter) {
        return new IpPrefix(AddressRange.network(address, shorter).first(), shorter);
    }

    /// Whether the prefix is IPv6.
    public boolean isIpv6() {
        return address.getAddress().length == 16;
    }

    private static InetAddress address(BigInteger number, int bits) {
        byte[] bytes = new byte[bits / 8];
        byte[] digits = number.toByteArray();
        int count = Math.min(digits.length, bytes.length);
        System.arraycopy(digits, digits.length - count, bytes, bytes.length - count, count);
        return AddressRange.address(bytes);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
