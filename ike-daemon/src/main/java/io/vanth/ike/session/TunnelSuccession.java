package io.vanth.ike.session;

import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes the tunnels of a connection those of another configuration. One that keeps its group goes on, with new keys where
/// what is agreed with them has changed.
final class TunnelSuccession {
    private final Map<String, TunnelControl> tunnels;
    private final Consumer<TunnelControl> ends;
    private final Consumer<TunnelControl> wants;
    private final Consumer<TunnelControl> renews;

    /// @param tunnels by their names; changed in place
    /// @param ends    takes one down that goes
    /// @param wants   brings one up
    /// @param renews  gets new keys for one that is up
    TunnelSuccession(Map<String, TunnelControl> tunnels, Consumer<TunnelControl> ends, Consumer<TunnelControl> wants,
            Consumer<TunnelControl> renews) {
        this.tunnels = tunnels;
        this.ends = ends;
        this.wants = wants;
        this.renews = renews;
    }

    void become(List<Tunnel> next, Instant now) {
        Map<String, TunnelControl> ordered = new LinkedHashMap<>();
        List<Runnable> work = new ArrayList<>();
        for (Tunnel each : next) {
            Optional<TunnelControl> old = Optional.ofNullable(tunnels.get(each.name()));
            TunnelControl control = old.filter(kept -> kept.tunnel().group().equals(each.group()))
                    .orElseGet(() -> successor(old, each, now));
            boolean outdated = control.outdated(each);
            boolean toBegin = !control.heldDown() && (old.filter(kept -> kept == control).isPresent()
                    ? each.start() == StartMode.ALWAYS && control.tunnel().start() != StartMode.ALWAYS
                    : each.start() == StartMode.ALWAYS || old.flatMap(TunnelControl::current).isPresent());
            control.configure(each);
            ordered.put(each.name(), control);
            if (toBegin) {
                work.add(() -> wants.accept(control));
            }
            if (outdated) {
                work.add(() -> renews.accept(control));
            }
        }
        tunnels.values().stream().filter(each -> !ordered.containsValue(each)).toList().forEach(ends);
        tunnels.clear();
        tunnels.putAll(ordered);
        work.forEach(Runnable::run);
    }

    /// What the operator has taken down stays down.
    private static TunnelControl successor(Optional<TunnelControl> old, Tunnel tunnel, Instant now) {
        var control = new TunnelControl(tunnel);
        control.start(now);
        old.filter(TunnelControl::heldDown).ifPresent(each -> control.holdDown(each.refusesPeer()));
        return control;
    }
}
