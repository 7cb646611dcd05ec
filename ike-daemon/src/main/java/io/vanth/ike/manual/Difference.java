package io.vanth.ike.manual;

import io.vanth.ike.policy.Change;
import java.util.ArrayList;
import java.util.List;

/// What differs between the manual entries that are there and those of a configuration.
public final class Difference {
    private static final String MANUAL = "manual";
    private static final String ASSOCIATIONS = "associations";
    private static final String POLICIES = "policies";

    private final List<Change> changes = new ArrayList<>();

    Difference() {}

    /// The changes, with keys below `manual`.
    public List<Change> changes() {
        return List.copyOf(changes);
    }

    List<String> keys() {
        return changes.stream().map(Change::key).toList();
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    void association(String name, boolean there) {
        changes.add(come(ASSOCIATIONS + "." + name, there, "the data plane uses it from now on"));
    }

    void policy(String name, boolean there) {
        changes.add(come(POLICIES + "." + name, there, "it decides about its packets from now on"));
    }

    private static Change come(String key, boolean there, String meaning) {
        return there
                ? Change.of(MANUAL, key, Change.Cost.MOMENT)
                : new Change(MANUAL, key, Change.Kind.ADDED, Change.Cost.NONE, meaning);
    }

    void withoutAssociation(String name) {
        gone(ASSOCIATIONS + "." + name, "packets that need it pass no more");
    }

    void withoutPolicy(String name) {
        gone(POLICIES + "." + name, "it decides about no packet any more");
    }

    private void gone(String key, String meaning) {
        changes.add(new Change(MANUAL, key, Change.Kind.REMOVED, Change.Cost.DROP, meaning));
    }

    /// Only the order is another.
    void order(boolean ofPolicies) {
        changes.add(new Change(MANUAL, ofPolicies ? POLICIES : ASSOCIATIONS, Change.Kind.CHANGED, Change.Cost.MOMENT,
                "they stand in another order"));
    }
}
