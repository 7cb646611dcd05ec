package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
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
        int bits = range.first().getAddress().length * 8;
        BigInteger next = new BigInteger(1, range.first().getAddress());
        BigInteger last = new BigInteger(1, range.last().getAddress());
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
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
