package io.vanth.ike.manual;

import io.vanth.ike.policy.Tunnel;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Manual policies that stand before the tunnels of connections and leave them nothing: such a tunnel is up and carries no
/// packet.
public final class Precedence {
    private Precedence() {}

    /// The first policy that takes all packets of a tunnel. A route-based one has its own.
    public static Optional<ManualPolicy> before(List<ManualPolicy> policies, Tunnel tunnel) {
        if (tunnel.via().isPresent()) {
            return Optional.empty();
        }
        return policies.stream()
                .filter(each -> Orders.isBeforeTunnels(each.order())
                        && each.traffic().local().contains(tunnel.traffic().local())
                        && each.traffic().remote().contains(tunnel.traffic().remote()))
                .min(Comparator.comparingInt(ManualPolicy::order));
    }

    /// What becomes of such a tunnel, and what to do, in one sentence each.
    public static String remedy() {
        return "write other networks in one of the two, or order: 10000 in the policy, which puts it behind tunnels";
    }
}
