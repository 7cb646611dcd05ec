package io.vanth.ike.manual;

import java.util.List;

/// Associations and policies as somebody wrote them down. Owns the keys.
public record ManualEntries(List<ManualAssociation> associations,
        List<ManualPolicy> policies) implements AutoCloseable {
    /// Nothing.
    public static final ManualEntries NONE = new ManualEntries(List.of(), List.of());

    public ManualEntries {
        associations = List.copyOf(associations);
        policies = List.copyOf(policies);
    }

    /// Wipes the keys.
    @Override
    public void close() {
        associations.forEach(ManualAssociation::close);
    }
}
