package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.route.IpPrefix;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/// The [ProtectedAddresses] in the kernel. They change step by step, as one policy may take thousands of prefixes: before
/// its rules are there and after they are gone, so the sets never hold too little.
final class RemoteSets {
    /// How many prefixes go in one step: more would not fit into a netlink socket's buffer.
    private static final int MAX_CHANGED = 500;

    private final FilterTable table;
    private final ProtectedAddresses addresses = new ProtectedAddresses();
    private boolean doubtful;

    RemoteSets(FilterTable table) {
        this.table = table;
    }

    /// Whether a change was refused, after which nobody knows what the sets hold, until they are [#emptied()].
    boolean isDoubtful() {
        return doubtful;
    }

    /// Makes them, unless they are there.
    static void make(FilterTable.Transaction change) {
        ProtectedAddresses.SETS.forEach(change::set);
    }

    /// Empties them; they must be there.
    static void empty(FilterTable.Transaction change) {
        ProtectedAddresses.SETS.forEach(change::flush);
    }

    /// The change of [#empty(FilterTable.Transaction)] has been made, or they are gone.
    void emptied() {
        addresses.clear();
        doubtful = false;
    }

    /// Puts in what a policy needs.
    void grow(Policy policy) throws IOException {
        List<IpPrefix> missing = addresses.missing(policy);
        for (int from = 0; from < missing.size(); from += MAX_CHANGED) {
            List<IpPrefix> step = missing.subList(from, Math.min(from + MAX_CHANGED, missing.size()));
            FilterTable.Transaction change = table.change();
            ProtectedAddresses.add(change, step);
            commit(change);
            addresses.added(step);
        }
    }

    /// Takes out what only `gone` has needed; nothing while they are in doubt.
    void shrink(Policy gone, Collection<Policy> left) throws IOException {
        List<IpPrefix> unused = doubtful ? List.of() : addresses.unused(gone, left);
        for (int from = 0; from < unused.size(); from += MAX_CHANGED) {
            List<IpPrefix> step = unused.subList(from, Math.min(from + MAX_CHANGED, unused.size()));
            FilterTable.Transaction change = table.change();
            ProtectedAddresses.remove(change, step);
            commit(change);
            addresses.removed(step);
        }
    }

    private void commit(FilterTable.Transaction change) throws IOException {
        try {
            change.commit();
        } catch (IOException refused) {
            doubtful = true;
            throw refused;
        }
    }
}
