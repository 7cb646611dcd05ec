package io.vanth.dataplane.netlink.route;

import io.vanth.dataplane.AddressRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// The remote networks of policies, of both families, sorted by both ends: a question costs what it finds, not what
/// there is.
final class RemoteNetworks {
    private static final Comparator<InetAddress> ORDER = Comparator
            .comparingInt((InetAddress address) -> address.getAddress().length)
            .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

    private final TreeMap<InetAddress, Set<AddressRange>> byFirst = new TreeMap<>(ORDER);
    private final TreeMap<InetAddress, Set<AddressRange>> byLast = new TreeMap<>(ORDER);
    private final Set<AddressRange> discarded = new LinkedHashSet<>();
    /// For each first address, the highest last one of the networks that begin there or before; empty after a change.
    private final TreeMap<InetAddress, InetAddress> reach = new TreeMap<>(ORDER);

    void protect(AddressRange network) {
        byFirst.computeIfAbsent(network.first(), _ -> new LinkedHashSet<>()).add(network);
        byLast.computeIfAbsent(network.last(), _ -> new LinkedHashSet<>()).add(network);
        reach.clear();
    }

    void discard(AddressRange network) {
        discarded.add(network);
    }

    /// Whether a protected network is wider and contains this one.
    boolean strictlyContain(AddressRange network) {
        if (reach.isEmpty()) {
            measure();
        }
        var same = reach.floorEntry(network.first());
        var before = reach.lowerEntry(network.first());
        return same != null && ORDER.compare(same.getValue(), network.last()) > 0
                || before != null && ORDER.compare(before.getValue(), network.last()) >= 0;
    }

    private void measure() {
        InetAddress highest = null;
        for (var begin : byFirst.entrySet()) {
            for (AddressRange network : begin.getValue()) {
                if (highest == null || ORDER.compare(network.last(), highest) > 0) {
                    highest = network.last();
                }
            }
            reach.put(begin.getKey(), highest);
        }
    }

    /// What is left of a network without the discarded ones, and without the protected ones that touch it but are no
    /// wider networks around it.
    List<AddressRange> cutOutOf(AddressRange network) {
        var cut = new LinkedHashSet<>(discarded);
        byFirst.subMap(network.first(), true, network.last(), true).values().forEach(cut::addAll);
        byLast.subMap(network.first(), true, network.last(), true).values().forEach(cut::addAll);
        cut.removeIf(other -> !other.equals(network) && other.contains(network) && !discarded.contains(other));
        var left = new ArrayList<AddressRange>();
        InetAddress next = network.first();
        for (AddressRange other : cut.stream().filter(each -> overlap(each, network))
                .sorted(Comparator.comparing(AddressRange::first, ORDER)).toList()) {
            if (ORDER.compare(next, other.first()) < 0) {
                left.add(new AddressRange(next, beside(other.first(), -1)));
            }
            if (ORDER.compare(other.last(), network.last()) >= 0) {
                return left;
            }
            next = max(next, beside(other.last(), 1));
        }
        left.add(new AddressRange(next, network.last()));
        return left;
    }

    private static boolean overlap(AddressRange one, AddressRange other) {
        return one.contains(other.first()) || other.contains(one.first());
    }

    private static InetAddress max(InetAddress one, InetAddress other) {
        return ORDER.compare(one, other) >= 0 ? one : other;
    }

    /// The address before (-1) or behind (1) one that is not the last in that direction.
    private static InetAddress beside(InetAddress address, int step) {
        byte[] bytes = address.getAddress();
        int at = bytes.length - 1;
        byte carries = (byte) (step > 0 ? 0xFF : 0);
        while (bytes[at] == carries) {
            bytes[at] = (byte) (bytes[at] + step);
            at--;
        }
        bytes[at] = (byte) (bytes[at] + step);
        return AddressRange.address(bytes);
    }
}
