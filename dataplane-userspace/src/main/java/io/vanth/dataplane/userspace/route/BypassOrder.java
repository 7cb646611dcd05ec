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

/// Which bypass policies may lead packets past the TUN device by rules, which the kernel looks at before the routes of all
/// others: those that come before every protecting policy with which they share packets. What another lets pass comes
/// into the device by the routes of a policy before it if at all, and the engine lets it out.
final class BypassOrder {
    private final Map<String, Policy> protecting = new HashMap<>();
    private final Map<String, Policy> bypassing = new LinkedHashMap<>();

    /// Learns of a policy; the bypass policies that are behind it and may have been first before.
    List<Policy> add(Policy policy) {
        return switch (policy.action()) {
            case Policy.Protect _ -> {
                protecting.put(policy.name(), policy);
                yield bypassing.values().stream().filter(each -> isBehind(each, policy)).toList();
            }
            case Policy.Bypass _ -> {
                bypassing.put(policy.name(), policy);
                yield List.of();
            }
            case Policy.Discard _ -> List.of();
        };
    }

    /// Forgets a policy; the bypass policies that were behind it and are first now.
    List<Policy> remove(Policy policy) {
        bypassing.remove(policy.name());
        return protecting.remove(policy.name()) == null
                ? List.of()
                : bypassing.values().stream().filter(each -> isBehind(each, policy) && isFirst(each)).toList();
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
