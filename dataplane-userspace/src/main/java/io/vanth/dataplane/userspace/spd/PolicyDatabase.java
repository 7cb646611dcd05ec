package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All policies in the order in which they are looked at. Never changed: each change makes a new one, which agents pick
/// up with their next batch. Agents ask through a [FlowCache], so a flow pays for the search once.
public final class PolicyDatabase {
    /// No policy.
    public static final PolicyDatabase EMPTY = new PolicyDatabase(List.of());

    private final List<PolicyRule> ordered;
    private final PolicyRule[] rules;
    private final boolean anyDiscard;
    private final boolean layered;
    private final Map<SaGroup, LayerRule> groups = new HashMap<>();

    private PolicyDatabase(List<PolicyRule> ordered) {
        this.ordered = ordered;
        this.rules = ordered.toArray(PolicyRule[]::new);
        this.anyDiscard = ordered.stream().anyMatch(PolicyRule::discards);
        boolean anyLayered = false;
        for (PolicyRule rule : ordered) {
            if (rule.policy().action() instanceof Policy.Protect(var group, _, _)) {
                groups.putIfAbsent(group, rule.layers());
                anyLayered |= !rule.layers().isPlain();
            }
        }
        this.layered = anyLayered;
    }

    /// With one more rule, behind those of the same order.
    public PolicyDatabase with(PolicyRule rule) {
        List<PolicyRule> more = new ArrayList<>(ordered);
        more.add(rule);
        more.sort(Comparator.comparingInt(each -> each.policy().order()));
        return new PolicyDatabase(List.copyOf(more));
    }

    /// Without the rule of that name.
    public PolicyDatabase without(String name) {
        return new PolicyDatabase(ordered.stream().filter(rule -> !rule.policy().name().equals(name)).toList());
    }

    /// The rule of that name.
    public Optional<PolicyRule> find(String name) {
        return ordered.stream().filter(rule -> rule.policy().name().equals(name)).findFirst();
    }

    /// All rules in their order.
    public List<PolicyRule> rules() {
        return ordered;
    }

    /// Whether any rule discards, so that inbound packets must be looked up too.
    public boolean anyDiscard() {
        return anyDiscard;
    }

    /// What the policies of a group require of packets that come; null when that is one SA of ESP in tunnel mode, which
    /// its own selectors bind, or when the group has no policy.
    public LayerRule layers(SaGroup group) {
        return layered ? groups.get(group) : null;
    }

    /// The first rule for a packet that leaves, or null.
    PolicyRule outbound(PacketView packet) {
        for (PolicyRule rule : rules) {
            if (rule.matcher().matchesOutbound(packet)) {
                return rule;
            }
        }
        return null;
    }

    /// The first rule for a packet that comes, or null.
    PolicyRule inbound(PacketView packet) {
        for (PolicyRule rule : rules) {
            if (rule.matcher().matchesInbound(packet)) {
                return rule;
            }
        }
        return null;
    }
}
