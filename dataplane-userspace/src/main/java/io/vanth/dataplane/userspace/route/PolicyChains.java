package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.netlink.nftables.FilterRule;
import io.vanth.dataplane.netlink.nftables.FilterTable;
import io.vanth.dataplane.netlink.nftables.StoredRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The rules of policies in the chains `inbound` and `outbound` of [LeakFilter], in the order of the policies. Those of an
/// earlier run that nobody took over yet stand behind all others.
final class PolicyChains {
    /// How many rules go in one step: more would not fit into a netlink socket's buffer.
    private static final int MAX_DELETED = 500;

    private final FilterTable table;
    private final List<Entry> entries = new ArrayList<>();
    private final List<StoredRule> leftOver = new ArrayList<>();

    private record Entry(Policy policy, List<StoredRule> inbound, List<StoredRule> outbound, boolean tookOver) {
        private Entry(Policy policy, List<StoredRule> added, boolean tookOver) {
            this(policy, added.stream().filter(rule -> rule.chain().equals(BaseChains.INBOUND)).toList(),
                    added.stream().filter(rule -> rule.chain().equals(BaseChains.OUTBOUND)).toList(), tookOver);
        }

        List<StoredRule> rules() {
            return Stream.concat(inbound.stream(), outbound.stream()).toList();
        }
    }

    PolicyChains(FilterTable table) {
        this.table = table;
    }

    /// Takes all rules that are there for those of an earlier run.
    void takeStock(List<StoredRule> rules) {
        entries.clear();
        leftOver.clear();
        rules.stream().filter(rule -> isHere(rule.chain())).forEach(leftOver::add);
    }

    private static boolean isHere(String chain) {
        return chain.equals(BaseChains.INBOUND) || chain.equals(BaseChains.OUTBOUND);
    }

    /// The policies that have rules, in their order.
    List<Policy> policies() {
        return entries.stream().map(Entry::policy).toList();
    }

    /// The policy of that name that has rules.
    Optional<Policy> find(String name) {
        return entries.stream().map(Entry::policy).filter(each -> each.name().equals(name)).findFirst();
    }

    /// Whether there are rules of an earlier run.
    boolean anyLeftOver() {
        return !leftOver.isEmpty();
    }

    /// Puts the rules of a policy in place and takes those away that an earlier run left for it, in one step.
    ///
    /// @param more what belongs to the same step
    void enter(Policy policy, Consumer<FilterTable.Transaction> more) throws IOException {
        FilterTable.Transaction change = table.change();
        List<StoredRule> replaced = leftOver(policy.name());
        replaced.forEach(change::delete);
        leftOver.removeAll(replaced);
        int place = place(policy);
        place(change, BaseChains.INBOUND, PolicyRules.inbound(policy), policy, place);
        place(change, BaseChains.OUTBOUND, PolicyRules.outbound(policy), policy, place);
        more.accept(change);
        try {
            entries.add(place, new Entry(policy, change.commit(), !replaced.isEmpty()));
        } catch (IOException refused) {
            leftOver.addAll(replaced);
            throw refused;
        }
    }

    /// Whether the rules of a policy, which it has, took the place of an earlier run's.
    boolean tookOver(Policy policy) {
        return entry(policy).tookOver();
    }

    /// Has the rules of a policy stay as if an earlier run had left them.
    void leaveOver(Policy policy) {
        Entry entry = entry(policy);
        entries.remove(entry);
        leftOver.addAll(entry.rules());
    }

    private Entry entry(Policy policy) {
        return entries.stream().filter(there -> there.policy().equals(policy)).findFirst().orElseThrow();
    }

    /// Takes the rules of a policy away; false if there were none.
    boolean remove(String policy) throws IOException {
        List<Entry> gone = entries.stream().filter(entry -> entry.policy().name().equals(policy)).toList();
        List<StoredRule> rules = new ArrayList<>(leftOver(policy));
        gone.forEach(entry -> rules.addAll(entry.rules()));
        if (!rules.isEmpty()) {
            delete(rules);
            entries.removeAll(gone);
            leftOver.removeAll(rules);
        }
        return !rules.isEmpty();
    }

    /// Takes away what an earlier run left.
    void settle() throws IOException {
        if (!leftOver.isEmpty()) {
            delete(leftOver);
            leftOver.clear();
        }
    }

    /// Rules that are there no more, because somebody has flushed them, are as good as deleted.
    private void delete(List<StoredRule> rules) throws IOException {
        List<StoredRule> there = new ArrayList<>(rules);
        there.retainAll(Set.copyOf(table.rules()));
        for (int from = 0; from < there.size(); from += MAX_DELETED) {
            FilterTable.Transaction change = table.change();
            there.subList(from, Math.min(from + MAX_DELETED, there.size())).forEach(change::delete);
            change.commit();
        }
    }

    private List<StoredRule> leftOver(String policy) {
        return leftOver.stream().filter(rule -> rule.comment().equals(FilterTable.asComment(policy))).toList();
    }

    private int place(Policy policy) {
        int place = 0;
        while (place < entries.size() && entries.get(place).policy().order() <= policy.order()) {
            place++;
        }
        return place;
    }

    private void place(FilterTable.Transaction change, String chain, List<FilterRule> rules, Policy policy,
            int place) {
        List<StoredRule> behind = new ArrayList<>();
        if (place < entries.size()) {
            Entry next = entries.get(place);
            behind.addAll(chain.equals(BaseChains.INBOUND) ? next.inbound() : next.outbound());
        }
        leftOver.stream().filter(left -> left.chain().equals(chain)).forEach(behind::add);
        for (FilterRule rule : rules) {
            if (behind.isEmpty()) {
                change.append(chain, rule, policy.name());
            } else {
                change.insert(chain, rule, policy.name(), behind.getFirst().handle());
            }
        }
    }
}
