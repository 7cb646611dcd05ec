package io.vanth.ike.policy;

import io.vanth.dataplane.SaGroup;
import java.util.List;
import java.util.Optional;

/// The groups of the tunnels of a daemon while its configuration changes: a tunnel that goes on keeps its group, and each
/// other gets one that no tunnel had before, so that its policy never finds SAs of what it replaces. Not thread-safe.
public final class SaGroups {
    private int last;

    /// @param first what the daemon begins with
    public SaGroups(List<Connection> first) {
        last = first.stream().flatMap(each -> each.tunnels().stream()).mapToInt(each -> each.group().value()).max()
                .orElse(0);
    }

    /// The connections of `after` with the groups that they have when they follow `before`.
    public List<Connection> inherit(List<Connection> before, List<Connection> after) {
        return after.stream().map(now -> {
            Optional<Connection> old = before.stream().filter(each -> each.name().equals(now.name())).findFirst();
            return now.with(now.tunnels().stream().map(each -> each.in(group(old, now, each))).toList());
        }).toList();
    }

    private SaGroup group(Optional<Connection> old, Connection now, Tunnel tunnel) {
        return old.filter(each -> Differences.goesOn(each, now, tunnel.name()))
                .flatMap(each -> each.tunnels().stream().filter(was -> was.name().equals(tunnel.name())).findFirst())
                .map(Tunnel::group).orElseGet(() -> new SaGroup(++last));
    }
}
