package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.nftables.FilterRule;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.nftables.Hook;
import io.vanth.dataplane.netlink.nftables.StoredRule;
import io.vanth.dataplane.netlink.route.OwnNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The packet filter that keeps protected traffic from passing in clear, with or without a process: the [BaseChains], and
///
///     own      between own networks ([OwnChains]): pass
///     to-own   to own networks: pass
///     inbound  one or two rules a policy, in their order: from the remote to the local selector
///     outbound one or two rules a policy, in their order: from the local to the remote selector
///
/// The second rule is for fragments without ports. Only what comes from or goes to the [ProtectedAddresses] gets as far
/// as these.
///
/// The rule of a `protect` or `discard` policy drops, that of a `bypass` policy lets pass, as that of a `protect` policy
/// without a required layer does. A rule bears its policy's name
/// as comment; by it a later run takes it over. Rules of an earlier run that nobody took over yet stand behind all
/// others; own networks stay as it left them until all are taken over, and until then every packet is held against the
/// rules.
final class LeakFilter {
    private static final Logger LOG = LoggerFactory.getLogger(LeakFilter.class);

    private final FilterTable table;
    private final FilterTable neighbours;
    private final BaseChains base;
    private final RemoteSets sets;
    private final PolicyChains chains;
    /// The policies that could not get back the rules that another program took away; to be tried again.
    private final List<Policy> waiting = new ArrayList<>();
    /// The policies that need the chains without having rules.
    private final List<Policy> marking = new ArrayList<>();
    private final OwnChains own;
    private boolean based;
    /// Whether the chains go by the sets.
    private boolean known;
    /// Whether an earlier run's chains were there.
    private boolean taken;

    LeakFilter(NetlinkSocket socket, String tun) throws IOException {
        this.table = new FilterTable(socket, FilterTable.Family.INET, HostNumbers.FILTER_TABLE);
        this.own = new OwnChains(table);
        this.sets = new RemoteSets(table);
        this.chains = new PolicyChains(table);
        this.neighbours = new FilterTable(socket, FilterTable.Family.ARP, HostNumbers.FILTER_TABLE);
        this.base = new BaseChains(tun);
        takeStock();
    }

    private void takeStock() throws IOException {
        List<StoredRule> rules = table.rules();
        taken = !rules.isEmpty();
        chains.takeStock(rules);
        own.takeStock(rules);
    }

    /// Puts the rules of a policy in place, takes those away that an earlier run left for it, and lets own networks keep
    /// their way (empty: those that do): in one step. Where somebody else has flushed the host's rules, those of all
    /// policies are put in place again.
    void add(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        orAnew(() -> enter(policy, networks), networks);
    }

    /// Lets packets that bring protected traffic bear the mark, for a policy that has no rules here.
    void mark(Policy policy) throws IOException {
        marking.add(policy);
        orAnew(() -> {
            base();
            FilterTable.Transaction change = table.change();
            BaseChains.mark(change);
            change.commit();
        }, Optional.empty());
    }

    /// What an earlier run left in the sets is not known, so they are not believed while rules of its are left.
    private void base() throws IOException {
        if (!based) {
            markNeighbours();
            FilterTable.Transaction change = table.change().table();
            RemoteSets.make(change);
            RemoteSets.empty(change);
            base.write(change, !chains.anyLeftOver());
            change.commit();
            sets.emptied();
            known = !chains.anyLeftOver();
            based = true;
        } else if (sets.isDoubtful()) {
            fillAnew();
        }
    }

    private void fillAnew() throws IOException {
        FilterTable.Transaction change = table.change();
        RemoteSets.empty(change);
        base.write(change, false);
        change.commit();
        known = false;
        sets.emptied();
        for (Policy policy : chains.policies()) {
            sets.grow(policy);
        }
        believe();
    }

    /// Lets the chains go by the sets when those hold all.
    private void believe() throws IOException {
        if (!known && !chains.anyLeftOver()) {
            FilterTable.Transaction change = table.change();
            base.write(change, true);
            change.commit();
            known = true;
        }
    }

    /// Lets own networks keep their way, in one step.
    void keep(OwnNetworks networks) throws IOException {
        if (based && !own.has(networks)) {
            orAnew(() -> {
                if (!own.has(networks)) {
                    own.prepare(networks);
                    FilterTable.Transaction change = table.change();
                    own.use(change, networks);
                    change.commit();
                    own.used(networks);
                }
            }, Optional.of(networks));
        }
    }

    private void keepIf(Optional<OwnNetworks> networks) throws IOException {
        if (networks.isPresent()) {
            keep(networks.get());
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    private void orAnew(Change change, Optional<OwnNetworks> networks) throws IOException {
        try {
            enterWaiting(networks);
            change.make();
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ENOENT)) {
                throw refused;
            }
            LOG.warn("the leak protection was removed by another program and is made anew: {}", refused.getMessage());
            restore(networks.or(own::inUse));
            change.make();
        }
    }

    private void restore(Optional<OwnNetworks> networks) throws IOException {
        List<Policy> had = chains.policies();
        takeStock();
        waiting.addAll(had);
        based = false;
        base();
        enterWaiting(networks);
        believe();
    }

    /// One that is refused keeps none of the others from its rules.
    private void enterWaiting(Optional<OwnNetworks> networks) throws IOException {
        IOException failure = null;
        for (Policy policy : List.copyOf(waiting)) {
            try {
                enter(policy, networks);
                waiting.remove(policy);
            } catch (IOException refused) {
                failure = failure == null ? refused : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void enter(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        base();
        try {
            sets.grow(policy);
            install(policy, networks.filter(wanted -> !own.has(wanted)));
        } catch (IOException refused) {
            removeIfEmpty();
            throw refused;
        }
    }

    private void install(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        if (networks.isPresent()) {
            own.prepare(networks.get());
        }
        chains.enter(policy, change -> networks.ifPresent(wanted -> own.use(change, wanted)));
        networks.ifPresent(own::used);
    }

    /// Undoes [#add(Policy, Optional)], but for rules that took the place of an earlier run's: those stay, as left over, so that a
    /// failure opens nothing.
    void revert(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        if (chains.tookOver(policy)) {
            keepIf(networks);
            chains.leaveOver(policy);
        } else {
            remove(policy, networks);
        }
    }

    /// Takes the rules of a policy away; the table too when they were the last.
    void remove(Policy policy, Optional<OwnNetworks> networks) throws IOException {
        Policy known = chains.find(policy.name()).orElse(policy);
        boolean had = chains.remove(policy.name());
        boolean waited = waiting.removeIf(each -> each.name().equals(policy.name()));
        boolean marked = marking.removeIf(each -> each.name().equals(policy.name()));
        forget(known);
        if (waited || marked || had) {
            removeIfEmpty();
        }
        keepIf(networks);
    }

    /// Takes the addresses that no policy needs any more out of the sets.
    private void forget(Policy policy) throws IOException {
        try {
            sets.shrink(policy, chains.policies());
        } catch (LinuxException refused) {
            if (!refused.is(Errno.ENOENT)) {
                throw refused;
            }
            LOG.warn("the leak protection was changed by another program: {}", refused.getMessage());
        }
    }

    /// Takes away what an earlier run left for policies that there are no more.
    void settle() throws IOException {
        if (based) {
            orAnew(this::base, Optional.empty());
        }
        chains.settle();
        if (taken) {
            removeIfEmpty();
        }
        if (based) {
            believe();
        }
    }

    /// Takes everything away.
    void removeAll() throws IOException {
        table.change().table().deleteTable().commit();
        if (!neighbours.rules().isEmpty()) {
            neighbours.change().deleteTable().commit();
        }
        chains.takeStock(List.of());
        waiting.clear();
        marking.clear();
        own.takeStock(List.of());
        sets.emptied();
        based = false;
    }

    private void removeIfEmpty() throws IOException {
        if (chains.policies().isEmpty() && waiting.isEmpty() && !chains.anyLeftOver() && marking.isEmpty()) {
            removeAll();
        }
    }

    /// The same filter drops the ARP of such a peer when it is on the link. A kernel without tables for ARP protects as
    /// well without.
    private void markNeighbours() throws IOException {
        try {
            neighbours.change().table().chain(BaseChains.RESTORE_MARK, Hook.ARP_INPUT, BaseChains.FILTER_PRIORITY)
                    .flush(BaseChains.RESTORE_MARK)
                    .append(BaseChains.RESTORE_MARK, new FilterRule().setMark(HostNumbers.MARK), "ARP").commit();
        } catch (LinuxException refused) {
            LOG.warn("with a strict rp_filter a peer on the link inside its own protected network is not heard: {}",
                    refused.getMessage());
        }
    }
}
