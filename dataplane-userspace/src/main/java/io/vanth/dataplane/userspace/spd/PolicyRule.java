package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSlot;
import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import java.util.Optional;

/// A policy at work. The same object as long as the policy is there.
public final class PolicyRule {
    private final Policy policy;
    private final SelectorMatcher matcher;
    private final OutboundSlot slot;
    private final boolean discards;
    private final LayerRule layers;

    /// @param slot the SAs of a policy that protects; empty for others
    public PolicyRule(Policy policy, Optional<OutboundSlot> slot) {
        this.policy = policy;
        this.matcher = SelectorMatcher.of(policy.traffic());
        this.slot = slot.orElse(null);
        this.layers = policy.action() instanceof Policy.Protect protect ? new LayerRule(protect.layers()) : null;
        this.discards = policy.action() instanceof Policy.Discard;
    }

    /// What it was made from.
    public Policy policy() {
        return policy;
    }

    /// What packets it is for.
    public SelectorMatcher matcher() {
        return matcher;
    }

    /// The SAs that protect its packets; null when it bypasses or discards.
    public OutboundSlot slot() {
        return slot;
    }

    /// Whether `bundle` has what the policy requires of it, and nothing else.
    public boolean isSatisfiedBy(OutboundBundle bundle) {
        return layers.isSatisfiedBy(bundle);
    }

    /// What the policy requires; null when it bypasses or discards.
    public LayerRule layers() {
        return layers;
    }

    /// Whether it drops its packets.
    public boolean discards() {
        return discards;
    }
}
