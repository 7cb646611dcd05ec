package io.vanth.ike.manual;

import java.util.List;

/// Whether associations and policies find each other.
///
/// @param unused the names of associations that no policy has a layer for
public record ManualCheck(List<Lack> lacks, List<String> unused) {
    public ManualCheck {
        lacks = List.copyOf(lacks);
        unused = List.copyOf(unused);
    }

    /// Of these alone.
    public static ManualCheck of(ManualEntries entries) {
        Plan plan = Planner.plan(entries.associations(), entries.policies(), new Groups());
        return new ManualCheck(plan.lacks(), entries.associations().stream().map(ManualAssociation::name)
                .filter(name -> !plan.used().contains(name)).toList());
    }
}
