package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The manual associations and policies of a daemon, and what of them is in its data plane. All methods block. Each
/// change is made whole or not at all.
public final class ManualTable implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Installed installed;
    private final Groups groups = new Groups();
    private final EndedKeys ended = new EndedKeys();
    private Map<String, ManualAssociation> associations = new LinkedHashMap<>();
    private Map<String, ManualPolicy> policies = new LinkedHashMap<>();
    /// The names that the configuration has.
    private Names configured = new Names(Set.of(), Set.of());
    private Plan plan = Plan.EMPTY;

    private record Names(Set<String> associations, Set<String> policies) {
        static Names of(ManualEntries entries) {
            return new Names(
                    entries.associations().stream().map(ManualAssociation::name).collect(Collectors.toSet()),
                    entries.policies().stream().map(ManualPolicy::name).collect(Collectors.toSet()));
        }
    }

    /// What differs from a configuration: the keys below `manual`.
    public record Difference(List<String> keys) {
        public Difference {
            keys = List.copyOf(keys);
        }
    }

    /// Of an association: whether the data plane has it, and whether the configuration does.
    public record Entry(ManualAssociation association, boolean inUse, boolean fromConfiguration) {}

    /// @param openPorts whether a UDP port takes ESP
    public ManualTable(DataPlane plane, Predicate<InetSocketAddress> openPorts) {
        this(plane, openPorts, PATIENCE);
    }

    /// @param patience for each answer of the data plane
    ManualTable(DataPlane plane, Predicate<InetSocketAddress> openPorts, Duration patience) {
        this.installed = new Installed(plane, openPorts, patience);
    }

    /// Adds the policies of a configuration whose associations [#begin(ManualEntries)] adds: from here on nothing that they
    /// are to protect passes in clear.
    public synchronized void protect(ManualEntries entries) throws DataPlaneException {
        policies = named(entries.policies(), ManualPolicy::name);
        plan = Planner.plan(entries.associations(), entries.policies(), groups).closed();
        installed.become(plan, ManualTable::refuse);
    }

    /// Begins with what a configuration says, and owns its keys. Associations that the data plane refuses are left out, as
    /// if they were not there; says why, by their names.
    public synchronized Map<String, String> begin(ManualEntries entries) throws DataPlaneException {
        Map<String, String> refused = new LinkedHashMap<>();
        Map<String, ManualAssociation> all = named(entries.associations(), ManualAssociation::name);
        change(all, policies, (bundle, reason) -> bundle.layers()
                .forEach(each -> refused.put(each.name(), reason.getMessage())));
        configured = Names.of(entries);
        if (!refused.isEmpty()) {
            all.keySet().removeAll(refused.keySet());
            change(all, policies);
        }
        return refused;
    }

    /// Makes what the configuration says true again, and owns its keys. What commands have added stays, behind it; what has
    /// ended under its keys stays away.
    public synchronized void configure(ManualEntries entries) throws DataPlaneException {
        Names names = Names.of(entries);
        Map<String, ManualAssociation> nextAssociations = new LinkedHashMap<>();
        List<ManualAssociation> surplus = new ArrayList<>();
        for (ManualAssociation each : entries.associations()) {
            ManualAssociation now = associations.get(each.name());
            boolean over = ended.contains(each);
            if (over || each.equals(now)) {
                surplus.add(each);
            }
            if (!over || now != null) {
                nextAssociations.put(each.name(), over || each.equals(now) ? now : each);
            }
        }
        addCommanded(associations, nextAssociations, configured.associations);
        Map<String, ManualPolicy> nextPolicies = named(entries.policies(), ManualPolicy::name);
        addCommanded(policies, nextPolicies, configured.policies);
        change(nextAssociations, nextPolicies);
        surplus.forEach(ManualAssociation::close);
        configured = names;
    }

    private static <T> void addCommanded(Map<String, T> now, Map<String, T> next, Set<String> configured) {
        now.forEach((name, each) -> {
            if (!configured.contains(name)) {
                next.putIfAbsent(name, each);
            }
        });
    }

    /// The names of associations that [#configure(ManualEntries)] would leave out: they have ended under their keys.
    public synchronized List<String> ended(ManualEntries entries) {
        return entries.associations().stream().filter(ended::contains).map(ManualAssociation::name).toList();
    }

    /// What [#configure(ManualEntries)] would change.
    public synchronized Difference difference(ManualEntries entries) {
        List<String> keys = new ArrayList<>();
        Names names = Names.of(entries);
        entries.associations().stream()
                .filter(each -> !each.equals(associations.get(each.name())) && !ended.contains(each))
                .forEach(each -> keys.add("associations." + each.name()));
        configured.associations.stream()
                .filter(each -> associations.containsKey(each) && !names.associations.contains(each)).sorted()
                .forEach(each -> keys.add("associations." + each));
        entries.policies().stream().filter(each -> !each.equals(policies.get(each.name())))
                .forEach(each -> keys.add("policies." + each.name()));
        configured.policies.stream().filter(each -> policies.containsKey(each) && !names.policies.contains(each))
                .sorted().forEach(each -> keys.add("policies." + each));
        if (keys.isEmpty() && !isInOrder(entries)) {
            keys.add("policies");
        }
        return new Difference(keys);
    }

    /// Whether the policies of a configuration are in its order, which counts among those of one order.
    private boolean isInOrder(ManualEntries entries) {
        List<String> names = entries.policies().stream().map(ManualPolicy::name).toList();
        return names.equals(policies.keySet().stream().filter(configured.policies::contains).toList());
    }

    /// Adds more, and owns their keys; refuses what has the name or the SPI of another.
    public synchronized void add(ManualEntries entries) throws DataPlaneException {
        Map<String, ManualAssociation> nextAssociations = new LinkedHashMap<>(associations);
        Map<String, ManualPolicy> nextPolicies = new LinkedHashMap<>(policies);
        Map<SaId, String> ids = new HashMap<>();
        associations.values().forEach(each -> ids.put(each.id(), each.name()));
        for (ManualAssociation each : entries.associations()) {
            refuse(nextAssociations.putIfAbsent(each.name(), each) != null,
                    "association '" + each.name() + "' is there already");
            String other = ids.putIfAbsent(each.id(), each.name());
            refuse(other != null, "association '" + each.name() + "' has the protocol, destination and SPI of '" + other
                    + "'");
            refuse(ended.contains(each), "association '" + each.name()
                    + "' has ended at its lifetime under these keys: give it new ones");
        }
        for (ManualPolicy each : entries.policies()) {
            refuse(nextPolicies.putIfAbsent(each.name(), each) != null,
                    "policy '" + each.name() + "' is there already");
        }
        change(nextAssociations, nextPolicies);
    }

    private static void refuse(boolean bad, String reason) throws DataPlaneException {
        if (bad) {
            throw new DataPlaneException(reason);
        }
    }

    private static void refuse(Bundle refused, DataPlaneException reason) throws DataPlaneException {
        throw reason;
    }

    /// Removes associations; all of them without names. Says how many.
    public synchronized int removeAssociations(Optional<String> name) throws DataPlaneException {
        Map<String, ManualAssociation> next = without(associations, name);
        int removed = associations.size() - next.size();
        change(next, policies);
        return removed;
    }

    /// Removes policies; all of them without a name. Says how many.
    public synchronized int removePolicies(Optional<String> name) throws DataPlaneException {
        Map<String, ManualPolicy> next = without(policies, name);
        int removed = policies.size() - next.size();
        change(associations, next);
        return removed;
    }

    private static <T> Map<String, T> without(Map<String, T> all, Optional<String> name) {
        Map<String, T> less = new LinkedHashMap<>(all);
        if (name.isPresent()) {
            less.remove(name.get());
        } else {
            less.clear();
        }
        return less;
    }

    /// The data plane has ended an SA at a hard limit. Where it has one of that name all the same, that is another, which
    /// has taken its place meanwhile.
    public synchronized void expired(SaId id) throws DataPlaneException {
        Optional<ManualAssociation> over = associations.values().stream().filter(each -> each.id().equals(id))
                .findFirst();
        if (over.isPresent() && !installed.has(id)) {
            ended.add(over.get());
            associations.remove(over.get().name());
            over.get().close();
            // From here on nothing puts it back.
            plan = Planner.plan(associations.values(), policies.values(), groups);
            installed.become(plan, ManualTable::refuse);
        }
    }

    /// Whether a group is one of manual SAs.
    public static boolean isManual(SaGroup group) {
        return Groups.isManual(group);
    }

    /// The associations in their order.
    public synchronized List<Entry> associations() {
        return associations.values().stream().map(each -> new Entry(each, plan.used().contains(each.name()),
                configured.associations.contains(each.name()))).toList();
    }

    /// The policies in their order.
    public synchronized List<ManualPolicy> policies() {
        return List.copyOf(policies.values());
    }

    /// What keeps policies from protecting.
    public synchronized List<Lack> lacks() {
        return plan.lacks();
    }

    private void change(Map<String, ManualAssociation> nextAssociations, Map<String, ManualPolicy> nextPolicies)
            throws DataPlaneException {
        change(nextAssociations, nextPolicies, ManualTable::refuse);
    }

    private void change(Map<String, ManualAssociation> nextAssociations, Map<String, ManualPolicy> nextPolicies,
            Installed.Refusals refusals) throws DataPlaneException {
        Plan next = Planner.plan(nextAssociations.values(), nextPolicies.values(), groups);
        try {
            installed.become(next, refusals);
        } catch (DataPlaneException | RuntimeException refused) {
            restore(refused);
            throw refused;
        }
        Set<ManualAssociation> kept = Set.copyOf(nextAssociations.values());
        associations.values().stream().filter(each -> !kept.contains(each)).forEach(ManualAssociation::close);
        associations = new LinkedHashMap<>(nextAssociations);
        policies = new LinkedHashMap<>(nextPolicies);
        plan = next;
    }

    private void restore(Exception reason) {
        try {
            installed.become(plan, ManualTable::refuse);
        } catch (DataPlaneException | RuntimeException alsoRefused) {
            reason.addSuppressed(alsoRefused);
        }
    }

    private static <T> Map<String, T> named(Collection<T> all, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        all.forEach(each -> map.put(name.apply(each), each));
        return map;
    }

    /// The policies of the data plane by their names there, with the operator's names.
    public synchronized Map<String, String> namesInThePlane() {
        return installed.names().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().name()));
    }

    /// Wipes the keys; what is in the data plane stays.
    @Override
    public synchronized void close() {
        associations.values().forEach(ManualAssociation::close);
    }
}
