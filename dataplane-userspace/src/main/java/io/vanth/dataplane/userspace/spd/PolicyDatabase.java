package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All policies in the order in which they are looked at. Never changed: each change makes a new one, which agents pick
/// up with their next batch. Agents ask through a [FlowCache], so a flow pays for the search in the [PolicyIndex] once.
public final class PolicyDatabase {
    /// No policy.
    public static final PolicyDatabase EMPTY = new PolicyDatabase(List.of(), PolicyIndex.EMPTY, PolicyIndex.EMPTY, 0);

    private final List<PolicyRule> ordered;
    private final PolicyIndex index;
    /// The rules that take whole packets only, ports aside.
    private final PolicyIndex ofWholePackets;
    private final int added;
    private final boolean anyDiscard;
    private final boolean layered;
    /// Made when it is asked for: most databases live while their policies are being added.
    private volatile Map<SaGroup, LayerRule> groups;

    private PolicyDatabase(List<PolicyRule> ordered, PolicyIndex index, PolicyIndex ofWholePackets, int added) {
        this.ordered = ordered;
        this.index = index;
        this.ofWholePackets = ofWholePackets;
        this.added = added;
        boolean foundDiscard = false;
        boolean foundLayers = false;
        for (PolicyRule rule : ordered) {
            foundDiscard |= rule.discards();
            foundLayers |= rule.layers() != null && !rule.layers().isPlain();
        }
        this.anyDiscard = foundDiscard;
        this.layered = foundLayers;
    }

    private synchronized Map<SaGroup, LayerRule> groups() {
        if (groups == null) {
            Map<SaGroup, LayerRule> found = new HashMap<>();
            for (PolicyRule rule : ordered) {
                if (rule.policy().action() instanceof Policy.Protect(var group, _, _)) {
                    found.putIfAbsent(group, rule.layers());
                }
            }
            groups = found;
        }
        return groups;
    }

    /// With one more rule, behind those of the same order.
    public PolicyDatabase with(PolicyRule rule) {
        int order = rule.policy().order();
        int place = ordered.size();
        while (place > 0 && ordered.get(place - 1).policy().order() > order) {
            place--;
        }
        List<PolicyRule> more = new ArrayList<>(ordered);
        more.add(place, rule);
        long rank = (long) order << Integer.SIZE | added;
        return new PolicyDatabase(List.copyOf(more), index.with(rule, rank), rule.ofAnyPort() == null
                ? ofWholePackets
                : ofWholePackets.with(rule.ofAnyPort(), rank), added + 1);
    }

    /// Without the rule of that name.
    public PolicyDatabase without(String name) {
        PolicyIndex less = find(name).map(index::without).orElse(index);
        PolicyIndex lessOfWhole = find(name).map(PolicyRule::ofAnyPort).map(ofWholePackets::without)
                .orElse(ofWholePackets);
        return new PolicyDatabase(ordered.stream().filter(rule -> !rule.policy().name().equals(name)).toList(), less,
                lessOfWhole, added);
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

    /// What the policy of a bundle's group requires of packets that come; null when the bundle is all of it, which is one
    /// SA of ESP in tunnel mode, or when the group has no policy.
    public LayerRule layers(InboundBundle bundle) {
        if (bundle.isPlain() && !layered) {
            return null;
        }
        Map<SaGroup, LayerRule> known = groups;
        LayerRule rule = (known == null ? groups() : known).get(bundle.group());
        return rule == null || rule.isPlain() && bundle.isPlain() ? null : rule;
    }

    /// Whether the packet of which `fragment` is a part is to be put together before its policy is looked for, because it
    /// may be for a rule that takes whole packets only, whose ports later fragments do not show (RFC 4301 section 7).
    ///
    /// @param rule what the fragment would be for by itself, or null
    public boolean wantsWhole(PacketView fragment, PolicyRule rule) {
        PolicyRule possible = ofWholePackets.first(fragment, true);
        return possible != null && (rule == null || possible.policy().order() <= rule.policy().order());
    }

    /// The first rule for a packet that leaves or comes, or null.
    PolicyRule first(PacketView packet, boolean outbound) {
        return index.first(packet, outbound);
    }
}
