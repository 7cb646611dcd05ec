package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The manual associations and policies of a daemon, and what of them is in its data plane. All methods block. Each
/// change is made whole or not at all.
public final class ManualTable implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Installed installed;
    private final Groups groups = new Groups();
    private final EndedKeys ended = new EndedKeys();
    /// What the data plane refused at the start.
    private final List<ManualAssociation> leftOut = new ArrayList<>();
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
        installed.become(plan);
    }

    /// Begins with what a configuration says, and owns its keys. Associations that the data plane refuses are left out, as
    /// if they were not there; says why, by their names.
    public synchronized Map<String, String> begin(ManualEntries entries) throws DataPlaneException {
        Map<String, String> refused = new LinkedHashMap<>();
        Map<String, ManualAssociation> all = named(entries.associations(), ManualAssociation::name);
        Map<SaId, String> round;
        do {
            round = beginWith(all);
            for (ManualAssociation each : List.copyOf(all.values())) {
                if (round.containsKey(each.id())) {
                    all.remove(each.name());
                    leftOut.add(each);
                    refused.put(each.name(), round.get(each.id()));
                }
            }
        } while (!round.isEmpty());
        associations = all;
        configured = Names.of(entries);
        return refused;
    }

    private Map<SaId, String> beginWith(Map<String, ManualAssociation> all) throws DataPlaneException {
        Plan next = Planner.plan(all.values(), policies.values(), groups);
        try {
            Map<SaId, String> refused = installed.becomeWithout(next);
            plan = next;
            return refused;
        } catch (DataPlaneException | RuntimeException failed) {
            restore(failed);
            throw failed;
        }
    }

    /// Makes what the configuration says true again, and owns its keys. What commands have added stays, behind it; what has
    /// ended under its keys stays away, and so does what the data plane refused at the start and is still the same. An SA
    /// that has another name now is the same one. Says which SAs that stay had to be installed anew.
    public synchronized List<String> configure(ManualEntries entries) throws DataPlaneException {
        settle();
        Succession.Heirs heirs = succession().heirs(entries.associations(), configured.associations);
        Map<String, ManualPolicy> nextPolicies = named(entries.policies(), ManualPolicy::name);
        policies.values().stream().filter(each -> !configured.policies.contains(each.name()))
                .forEach(each -> nextPolicies.putIfAbsent(each.name(), each));
        List<String> restarted = change(heirs.next(), nextPolicies);
        heirs.surplus().forEach(ManualAssociation::close);
        configured = Names.of(entries);
        return restarted;
    }

    private Succession succession() {
        return new Succession(associations, ended, leftOut);
    }

    /// The names of associations that [#configure(ManualEntries)] would leave out: they have ended under their keys.
    public synchronized List<String> ended(ManualEntries entries) {
        return entries.associations().stream().filter(succession()::hasEnded).map(ManualAssociation::name).toList();
    }

    /// The names of associations that [#configure(ManualEntries)] would leave out: the data plane refused them at the start.
    public synchronized List<String> refused(ManualEntries entries) {
        return entries.associations().stream().filter(succession()::isRefused).map(ManualAssociation::name).toList();
    }

    /// What [#configure(ManualEntries)] would change.
    public synchronized Difference difference(ManualEntries entries) {
        var difference = new Difference();
        Succession succession = succession();
        Names names = Names.of(entries);
        entries.associations().stream()
                .filter(each -> !each.equals(associations.get(each.name())) && !succession.hasEnded(each)
                        && !succession.isRefused(each))
                .forEach(each -> difference.association(each.name(), associations.containsKey(each.name())));
        configured.associations.stream()
                .filter(each -> associations.containsKey(each) && !names.associations.contains(each)).sorted()
                .forEach(difference::withoutAssociation);
        entries.policies().stream().filter(each -> !each.equals(policies.get(each.name())))
                .forEach(each -> difference.policy(each.name(), policies.containsKey(each.name())));
        configured.policies.stream().filter(each -> policies.containsKey(each) && !names.policies.contains(each))
                .sorted().forEach(difference::withoutPolicy);
        if (difference.isEmpty() && !isInOrder(associations, configured.associations,
                entries.associations().stream().map(ManualAssociation::name))) {
            difference.order(false);
        }
        if (difference.isEmpty() && !isInOrder(policies, configured.policies,
                entries.policies().stream().map(ManualPolicy::name))) {
            difference.order(true);
        }
        return difference;
    }

    /// Whether what is there is in the order of a configuration: among policies of one order the first counts, among
    /// associations for the same the last.
    private static boolean isInOrder(Map<String, ?> there, Set<String> configured, Stream<String> names) {
        return names.filter(there::containsKey).toList()
                .equals(there.keySet().stream().filter(configured::contains).toList());
    }

    /// Adds more, and owns their keys; refuses what has the name or the SPI of another. Says which SAs that were there had
    /// to be installed anew.
    public synchronized List<String> add(ManualEntries entries) throws DataPlaneException {
        settle();
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
        List<String> restarted = change(nextAssociations, nextPolicies);
        List<ManualAssociation> taken = leftOut.stream().filter(entries.associations()::contains).toList();
        leftOut.removeAll(taken);
        taken.forEach(ManualAssociation::close);
        return restarted;
    }

    private static void refuse(boolean bad, String reason) throws DataPlaneException {
        if (bad) {
            throw new DataPlaneException(reason);
        }
    }

    /// Removes associations; all of them without names. Says how many.
    public synchronized int removeAssociations(Optional<String> name) throws DataPlaneException {
        settle();
        Map<String, ManualAssociation> next = without(associations, name);
        int removed = associations.size() - next.size();
        change(next, policies);
        return removed;
    }

    /// Removes policies; all of them without a name. Says how many.
    public synchronized int removePolicies(Optional<String> name) throws DataPlaneException {
        settle();
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
            end(List.of(over.get()));
        }
    }

    /// Does what a failed step has left undone; whether there was any.
    public synchronized boolean finish() throws DataPlaneException {
        boolean unfinished = installed.isDoubtful();
        if (unfinished) {
            installed.become(plan);
        }
        return unfinished;
    }

    /// Ends what the data plane has ended, though its report is still on the way: it would be installed again.
    private boolean settle() throws DataPlaneException {
        Set<ManualAssociation> gone = installed.gone();
        List<ManualAssociation> over = associations.values().stream().filter(each -> gone.contains(each.named("")))
                .toList();
        if (!over.isEmpty()) {
            end(over);
        }
        return !over.isEmpty();
    }

    private void end(List<ManualAssociation> over) throws DataPlaneException {
        over.forEach(ended::add);
        over.forEach(each -> associations.remove(each.name()));
        over.forEach(ManualAssociation::close);
        // From here on nothing puts it back.
        plan = Planner.plan(associations.values(), policies.values(), groups);
        installed.become(plan);
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

    private List<String> change(Map<String, ManualAssociation> nextAssociations,
            Map<String, ManualPolicy> nextPolicies) throws DataPlaneException {
        Plan next = Planner.plan(nextAssociations.values(), nextPolicies.values(), groups);
        try {
            installed.become(next);
        } catch (DataPlaneException | RuntimeException refused) {
            restore(refused);
            throw refused;
        }
        Set<SaId> restarted = plan.restarted(next);
        Set<Secret> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        nextAssociations.values().forEach(each -> kept.add(each.cipherKey()));
        associations.values().stream().filter(each -> !kept.contains(each.cipherKey()))
                .forEach(ManualAssociation::close);
        associations = new LinkedHashMap<>(nextAssociations);
        policies = new LinkedHashMap<>(nextPolicies);
        plan = next;
        return associations.values().stream().filter(each -> restarted.contains(each.id()))
                .map(ManualAssociation::name).toList();
    }

    private void restore(Exception reason) {
        try {
            if (!settle()) {
                installed.become(plan);
            }
        } catch (DataPlaneException | RuntimeException alsoRefused) {
            reason.addSuppressed(alsoRefused);
        }
    }

    private static <K, T> Map<K, T> named(Collection<T> all, Function<T, K> name) {
        Map<K, T> map = new LinkedHashMap<>();
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
        leftOut.forEach(ManualAssociation::close);
    }
}
