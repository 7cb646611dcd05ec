package io.vanth.dataplane.userspace.route;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.netlink.route.RoutingRule.Ports;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Which bypass policies may lead packets past the TUN device by rules, which the kernel looks at before the routes of all
/// others: those that come before every protecting policy with which they share packets. What another lets pass comes
/// into the device by the routes of a policy before it if at all, and the engine lets it out.
final class BypassOrder {
    private final Map<String, Policy> protecting = new HashMap<>();
    private final Map<String, Policy> bypassing = new LinkedHashMap<>();
    private final Map<String, Policy> misled = new LinkedHashMap<>();

    /// Learns of a policy. The bypass policies behind it are to be led otherwise.
    void add(Policy policy) {
        switch (policy.action()) {
            case Policy.Protect _ -> {
                protecting.put(policy.name(), policy);
                mislead(each -> isBehind(each, policy));
            }
            case Policy.Bypass _ -> bypassing.put(policy.name(), policy);
            case Policy.Discard _ -> {
            }
        }
    }

    /// Forgets a policy. The bypass policies that were behind it and are first now are to be led otherwise.
    void remove(Policy policy) {
        bypassing.remove(policy.name());
        misled.remove(policy.name());
        if (protecting.remove(policy.name()) != null) {
            mislead(each -> isBehind(each, policy) && isFirst(each));
        }
    }

    private void mislead(Predicate<Policy> which) {
        bypassing.values().stream().filter(which).forEach(each -> misled.put(each.name(), each));
    }

    /// The bypass policies that are to be led otherwise, until they are.
    List<Policy> misled() {
        return List.copyOf(misled.values());
    }

    /// Learns that a bypass policy is led as it has to be.
    void led(Policy bypass) {
        misled.remove(bypass.name());
    }

    /// Whether a bypass policy may have rules.
    boolean isFirst(Policy bypass) {
        return protecting.values().stream().noneMatch(each -> isBehind(bypass, each));
    }

    private static boolean isBehind(Policy bypass, Policy protects) {
        TrafficPair one = bypass.traffic();
        TrafficPair other = protects.traffic();
        return protects.order() <= bypass.order() && meet(one.remote().addresses(), other.remote().addresses())
                && meet(one.local().addresses(), other.local().addresses())
                && meet(Narrowing.of(one.local(), one.remote()), Narrowing.of(other.local(), other.remote()));
    }

    /// Whether a packet can be of both.
    private static boolean meet(Narrowing one, Narrowing other) {
        return meet(one.protocol(), other.protocol(), Integer::equals)
                && meet(one.sourcePorts(), other.sourcePorts(), BypassOrder::overlap)
                && meet(one.destinationPorts(), other.destinationPorts(), BypassOrder::overlap)
                && meet(one.messages(), other.messages(), BypassOrder::overlap);
    }

    /// What one of them does not ask for divides nothing.
    private static <T> boolean meet(Optional<T> one, Optional<T> other, BiPredicate<T, T> both) {
        return one.isEmpty() || other.isEmpty() || both.test(one.get(), other.get());
    }

    private static boolean overlap(Ports one, Ports other) {
        return one.first() <= other.last() && other.first() <= one.last();
    }

    private static boolean meet(AddressRange one, AddressRange other) {
        return one.isIpv6() == other.isIpv6() && (one.contains(other.first()) || other.contains(one.first()));
    }
}
