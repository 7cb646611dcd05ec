package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
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
    private final PolicyRule ofAnyPort;

    /// @param slot the SAs of a policy that protects; empty for others
    public PolicyRule(Policy policy, Optional<OutboundSlot> slot) {
        this.policy = policy;
        this.matcher = SelectorMatcher.of(policy.traffic());
        this.slot = slot.orElse(null);
        this.layers = policy.action() instanceof Policy.Protect protect ? new LayerRule(protect.layers()) : null;
        this.discards = policy.action() instanceof Policy.Discard;
        this.ofAnyPort = takesWholePacketsOnly(policy) ? new PolicyRule(this) : null;
    }

    /// The rule that a packet is for as far as its fragments tell, ports aside.
    private PolicyRule(PolicyRule rule) {
        this.policy = rule.policy;
        this.matcher = SelectorMatcher.of(new TrafficPair(anyPort(policy.traffic().local()),
                anyPort(policy.traffic().remote())));
        this.slot = rule.slot;
        this.layers = rule.layers;
        this.discards = false;
        this.ofAnyPort = null;
    }

    /// SAs of transport mode take whole packets only; ports and messages are seen in whole packets only.
    private static boolean takesWholePacketsOnly(Policy policy) {
        return !policy.traffic().local().anyPort() || !policy.traffic().remote().anyPort()
                || policy.action() instanceof Policy.Protect(_, var wanted, _)
                        && wanted.getFirst().mode() == Mode.TRANSPORT;
    }

    private static TrafficSelector anyPort(TrafficSelector selector) {
        return new TrafficSelector(selector.addresses(), selector.protocol(), 0, TrafficSelector.MAX_PORT);
    }

    /// The same for packets of all ports, where the rule takes whole packets only; else null.
    PolicyRule ofAnyPort() {
        return ofAnyPort;
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

    /// Whether it protects its packets with the SAs of `group`.
    public boolean protectsWith(SaGroup group) {
        return policy.action() instanceof Policy.Protect protect && protect.group().equals(group);
    }

    /// Whether it drops its packets.
    public boolean discards() {
        return discards;
    }
}
