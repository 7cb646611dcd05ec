package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.sad.InboundBundle;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.List;
import java.util.Optional;

/// All policies in the order in which they are looked at. Never changed: each change makes a new one, which agents pick
/// up with their next batch. Agents ask through a [FlowCache], so a flow pays for the search in the [PolicyIndex] once.
public final class PolicyDatabase {
    /// No policy.
    public static final PolicyDatabase EMPTY = new PolicyDatabase(NameTable.EMPTY, GroupTable.EMPTY, PolicyIndex.EMPTY,
            PolicyIndex.EMPTY, 0, 0, 0);

    private final NameTable names;
    private final GroupTable groups;
    private final PolicyIndex index;
    /// The rules that take whole packets only, ports aside.
    private final PolicyIndex ofWholePackets;
    private final int added;
    private final int discards;
    private final int layered;
    /// Made when it is asked for: most databases live while their policies are being added.
    private volatile List<PolicyRule> ordered;

    private PolicyDatabase(NameTable names, GroupTable groups, PolicyIndex index, PolicyIndex ofWholePackets, int added,
            int discards, int layered) {
        this.names = names;
        this.groups = groups;
        this.index = index;
        this.ofWholePackets = ofWholePackets;
        this.added = added;
        this.discards = discards;
        this.layered = layered;
    }

    /// With one more rule, whose name is not there, behind those of the same order.
    public PolicyDatabase with(PolicyRule rule) {
        long rank = (long) rule.policy().order() << Integer.SIZE | added;
        return new PolicyDatabase(names.with(rule, rank), groups.with(rule, rank), index.with(rule, rank),
                rule.ofAnyPort() == null
                        ? ofWholePackets
                        : ofWholePackets.with(rule.ofAnyPort(), rank),
                added + 1, discards + discarding(rule),
                layered + layering(rule));
    }

    /// Without the rule of that name.
    public PolicyDatabase without(String name) {
        PolicyRule rule = names.find(name);
        if (rule == null) {
            return this;
        }
        return new PolicyDatabase(names.without(name), groups.without(rule), index.without(rule),
                rule.ofAnyPort() == null
                        ? ofWholePackets
                        : ofWholePackets.without(rule.ofAnyPort()),
                added, discards - discarding(rule),
                layered - layering(rule));
    }

    private static int discarding(PolicyRule rule) {
        return rule.discards() ? 1 : 0;
    }

    private static int layering(PolicyRule rule) {
        return rule.layers() != null && !rule.layers().isPlain() ? 1 : 0;
    }

    /// The rule of that name.
    public Optional<PolicyRule> find(String name) {
        return Optional.ofNullable(names.find(name));
    }

    /// Whether there is no rule.
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /// All rules in their order.
    public List<PolicyRule> rules() {
        List<PolicyRule> known = ordered;
        if (known == null) {
            known = names.ordered();
            ordered = known;
        }
        return known;
    }

    /// Whether any rule discards, so that inbound packets must be looked up too.
    public boolean anyDiscard() {
        return discards > 0;
    }

    /// What the policy of a bundle's group requires of packets that come; null when the bundle is all of it, which is one
    /// SA of ESP in tunnel mode, or when the group has no policy.
    public LayerRule layers(InboundBundle bundle) {
        if (bundle.isPlain() && layered == 0) {
            return null;
        }
        LayerRule rule = groups.first(bundle.group());
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
