package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.netlink.nftables.FilterRule;
import java.util.List;

/// What the leak filter does with the packets of a policy.
final class PolicyRules {
    private PolicyRules() {}

    /// From the remote to the local selector.
    static List<FilterRule> inbound(Policy policy) {
        return rules(policy, policy.traffic().remote(), policy.traffic().local());
    }

    /// From the local to the remote selector.
    static List<FilterRule> outbound(Policy policy) {
        return rules(policy, policy.traffic().local(), policy.traffic().remote());
    }

    /// Later fragments have no ports and no type: where those decide, all of the same protocol that may be of a packet to
    /// be dropped are. Of what goes into the TUN device the engine sees whole packets.
    private static List<FilterRule> rules(Policy policy, TrafficSelector source, TrafficSelector destination) {
        FilterRule rule = rule(policy, source, destination);
        var narrowing = Narrowing.of(source, destination);
        if (accepts(policy) || !narrowing.isOfWholePackets()) {
            return List.of(rule);
        }
        FilterRule fragments = new FilterRule().addresses(source.addresses(), destination.addresses());
        narrowing.protocol().ifPresent(fragments::protocol);
        return List.of(rule, fragments.laterFragment(source.addresses().isIpv6()).count().drop());
    }

    private static boolean accepts(Policy policy) {
        return switch (policy.action()) {
            case Policy.Protect protect -> protect.layers().stream().noneMatch(Layer::required);
            case Policy.Discard _ -> false;
            case Policy.Bypass _ -> true;
        };
    }

    private static FilterRule rule(Policy policy, TrafficSelector source, TrafficSelector destination) {
        FilterRule rule = new FilterRule().addresses(source.addresses(), destination.addresses());
        var narrowing = Narrowing.of(source, destination);
        narrowing.protocol().ifPresent(rule::protocol);
        narrowing.sourcePorts().ifPresent(ports -> rule.sourcePort(ports.first(), ports.last()));
        narrowing.destinationPorts().ifPresent(ports -> rule.destinationPort(ports.first(), ports.last()));
        // Type and code stand where others have the source port.
        narrowing.messages().ifPresent(messages -> rule.sourcePort(messages.first(), messages.last()));
        return accepts(policy) ? rule.accept() : rule.count().drop();
    }
}
