package io.vanth.ike.manual;

import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Whether associations and policies find each other.
///
/// @param unused the names of associations that no policy has a layer for
/// @param crowded the names of policies that cannot be told apart from all before them of their order
/// @param ports  our UDP ports that ESP goes through
public record ManualCheck(List<Lack> lacks, List<String> unused, List<String> crowded,
        Set<InetSocketAddress> ports) {
    public ManualCheck {
        lacks = List.copyOf(lacks);
        unused = List.copyOf(unused);
        crowded = List.copyOf(crowded);
        ports = Set.copyOf(ports);
    }

    /// Of these alone.
    public static ManualCheck of(ManualEntries entries) {
        Plan plan = Planner.plan(entries.associations(), entries.policies(), new Groups());
        Set<InetSocketAddress> ports = new LinkedHashSet<>();
        plan.bundles().forEach(each -> ports.addAll(each.ports()));
        return new ManualCheck(plan.lacks(), entries.associations().stream().map(ManualAssociation::name)
                .filter(name -> !plan.used().contains(name)).toList(),
                new Ranks(entries.policies()).crowded(), ports);
    }
}
