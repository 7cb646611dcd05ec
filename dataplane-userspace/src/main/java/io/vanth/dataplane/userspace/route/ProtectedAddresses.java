package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.nftables.AddressSet;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What lies behind the tunnels, as sets in the kernel: a packet that is neither from there nor to there need not be held
/// against the policies one by one, of which there may be thousands.
///
/// The sets hold at least the remote addresses of all policies: disjoint prefixes, so that none is ever taken out to make
/// room for a wider one. One stays as long as some policy reaches into it.
final class ProtectedAddresses {
    /// By name, as IPv4 and IPv6 need sets of their own.
    static final List<AddressSet> SETS = List.of(new AddressSet("remote-ipv4", false),
            new AddressSet("remote-ipv6", true));

    private final NavigableMap<InetAddress, IpPrefix> prefixes = new TreeMap<>(
            Comparator.comparing(InetAddress::getAddress, ProtectedAddresses::compare));

    private static int compare(byte[] one, byte[] two) {
        return one.length == two.length ? Arrays.compareUnsigned(one, two) : one.length - two.length;
    }

    /// What is to be added for a policy.
    List<IpPrefix> missing(Policy policy) {
        var missing = new ArrayList<IpPrefix>();
        IpPrefix.covering(policy.traffic().remote().addresses()).forEach(prefix -> addMissing(prefix, missing));
        return missing;
    }

    /// Of two prefixes one holds the other, or they have nothing in common.
    private void addMissing(IpPrefix prefix, List<IpPrefix> missing) {
        AddressRange range = prefix.range();
        var before = prefixes.floorEntry(range.first());
        if (before != null && before.getValue().range().contains(range)) {
            return;
        }
        InetAddress next = prefixes.ceilingKey(range.first());
        if (next == null || !range.contains(next)) {
            missing.add(prefix);
        } else {
            prefix.halves().forEach(half -> addMissing(half, missing));
        }
    }

    static void add(FilterTable.Transaction change, List<IpPrefix> missing) {
        missing.forEach(prefix -> change.add(set(prefix), prefix.range()));
    }

    /// The change of [#add(FilterTable.Transaction, List)] has been made.
    void added(List<IpPrefix> missing) {
        missing.forEach(prefix -> prefixes.put(prefix.address(), prefix));
    }

    /// What only `gone` has reached into.
    List<IpPrefix> unused(Policy gone, Collection<Policy> left) {
        List<AddressRange> others = left.stream().map(policy -> policy.traffic().remote().addresses()).toList();
        return prefixes.values().stream().filter(prefix -> overlap(prefix.range(),
                gone.traffic().remote().addresses()))
                .filter(prefix -> others.stream().noneMatch(other -> overlap(prefix.range(), other))).toList();
    }

    static void remove(FilterTable.Transaction change, List<IpPrefix> unused) {
        unused.forEach(prefix -> change.remove(set(prefix), prefix.range()));
    }

    /// The change of [#remove(FilterTable.Transaction, List)] has been made.
    void removed(List<IpPrefix> unused) {
        unused.forEach(prefix -> prefixes.remove(prefix.address()));
    }

    /// The sets are empty, or not there.
    void clear() {
        prefixes.clear();
    }

    private static AddressSet set(IpPrefix prefix) {
        return SETS.get(prefix.isIpv6() ? 1 : 0);
    }

    private static boolean overlap(AddressRange one, AddressRange two) {
        return one.isIpv6() == two.isIpv6() && (one.contains(two.first()) || two.contains(one.first()));
    }
}
