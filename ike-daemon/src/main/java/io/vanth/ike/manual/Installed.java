package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What of the manual entries is in the data plane. Policies come before the SAs that they need, and go after them, so
/// that nothing passes in clear in between. For the same reason those that let packets pass in clear come last and go
/// first: at any time each of them stands behind all that stand before it in its own table, the old or the new one.
final class Installed {
    /// No connection has such a name.
    private static final String PREFIX = "manual:";

    private final DataPlane plane;
    private final Predicate<InetSocketAddress> openPorts;
    private final Duration patience;
    /// By their names in the data plane.
    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private final Set<Bundle> bundles = new LinkedHashSet<>();
    /// What of them this has begun to remove.
    private final Set<SaId> removed = new HashSet<>();
    private int versions;
    /// Whether a step has failed, so that what is there may be another than what is known.
    private boolean doubtful;

    /// Decides what becomes of SAs that the data plane does not take.
    @FunctionalInterface
    private interface Refusals {
        void take(Bundle bundle, DataPlaneException reason) throws DataPlaneException;
    }

    /// @param openPorts whether a UDP port takes ESP
    /// @param patience  for each answer of the data plane
    Installed(DataPlane plane, Predicate<InetSocketAddress> openPorts, Duration patience) {
        this.plane = plane;
        this.openPorts = openPorts;
        this.patience = patience;
    }

    /// Makes the data plane what `plan` says; after a refusal it is somewhere on the way.
    void become(Plan plan) throws DataPlaneException {
        become(plan, (_, reason) -> {
            throw reason;
        });
    }

    /// Makes the data plane what `plan` says, without the SAs that it refuses; says why.
    Map<SaId, String> becomeWithout(Plan plan) throws DataPlaneException {
        Map<SaId, String> refused = new LinkedHashMap<>();
        become(plan, (bundle, reason) -> refused.putAll(atFault(bundle, reason)));
        doubtful = !refused.isEmpty();
        return refused;
    }

    /// Which SAs of a refused bundle are refused by themselves too; where none is, all of them.
    private Map<SaId, String> atFault(Bundle refused, DataPlaneException reason) {
        Map<SaId, String> found = new LinkedHashMap<>();
        if (refused.layers().size() > 1) {
            for (Bundle each : refused.single()) {
                try {
                    put(each);
                    remove(each);
                } catch (DataPlaneException alone) {
                    found.put(each.ids().getFirst(), alone.getMessage());
                }
            }
        }
        if (found.isEmpty()) {
            refused.ids().forEach(id -> found.put(id, reason.getMessage()));
        }
        return found;
    }

    private void become(Plan plan, Refusals refusals) throws DataPlaneException {
        if (doubtful) {
            look();
        }
        doubtful = true;
        Set<Policy> wanted = new HashSet<>(plan.policies());
        List<String> old = policies.keySet().stream().filter(name -> !wanted.contains(policies.get(name))).toList();
        addAll(plan, false);
        exchange(plan.bundles(), refusals);
        addAll(plan, true);
        removeAll(old, true);
        removeAll(old, false);
        doubtful = false;
    }

    /// Whether a step has failed, so that the data plane may be otherwise than the last plan says.
    boolean isDoubtful() {
        return doubtful;
    }

    private void addAll(Plan plan, boolean clear) throws DataPlaneException {
        Set<Policy> there = new HashSet<>(policies.values());
        for (Policy policy : plan.policies()) {
            if (isClear(policy) == clear && there.add(policy)) {
                add(policy);
            }
        }
    }

    private void removeAll(List<String> names, boolean clear) throws DataPlaneException {
        for (String name : names.stream().filter(policies::containsKey)
                .filter(each -> isClear(policies.get(each)) == clear).toList()) {
            await(plane.removePolicy(name));
            policies.remove(name);
        }
    }

    private static boolean isClear(Policy policy) {
        return policy.action() instanceof Policy.Bypass;
    }

    /// New SAs come before those go that they replace, but for those whose SPI they have.
    private void exchange(List<Bundle> wanted, Refusals refusals) throws DataPlaneException {
        Set<Bundle> kept = new HashSet<>(wanted);
        Set<SaId> taken = wanted.stream().filter(each -> !bundles.contains(each)).flatMap(each -> each.ids().stream())
                .collect(Collectors.toSet());
        List<Bundle> old = bundles.stream().filter(each -> !kept.contains(each)).toList();
        for (Bundle bundle : old) {
            if (bundle.ids().stream().anyMatch(taken::contains)) {
                remove(bundle);
            }
        }
        for (Direction direction : Direction.values()) {
            for (Bundle bundle : wanted) {
                if (bundle.direction() == direction && !bundles.contains(bundle)) {
                    install(bundle, refusals);
                }
            }
        }
        for (Bundle bundle : old) {
            remove(bundle);
        }
    }

    private void install(Bundle bundle, Refusals refusals) throws DataPlaneException {
        try {
            put(bundle);
        } catch (DataPlaneException refused) {
            refusals.take(bundle, refused);
        }
    }

    private void put(Bundle bundle) throws DataPlaneException {
        for (InetSocketAddress port : bundle.ports()) {
            if (!openPorts.test(port)) {
                throw new DataPlaneException(("%s: UDP port %s:%d is not open; it has to be that of "
                        + "ports.natTraversal on an address that this machine has when the daemon starts")
                        .formatted(bundle.ids().getLast(), port.getAddress().getHostAddress(), port.getPort()));
            }
        }
        await(plane.install(bundle.securityAssociations()));
        bundles.add(bundle);
        bundle.ids().forEach(removed::remove);
    }

    /// A policy that takes another's place has another name there, until the daemon starts anew.
    private void add(Policy policy) throws DataPlaneException {
        String name = PREFIX + policy.name();
        while (policies.containsKey(name)) {
            name = "%s%s~%d".formatted(PREFIX, policy.name(), ++versions);
        }
        await(plane.addPolicy(new Policy(name, policy.order(), policy.traffic(), policy.action())));
        policies.put(name, policy);
    }

    private void remove(Bundle bundle) throws DataPlaneException {
        if (bundles.contains(bundle)) {
            for (SaId id : bundle.ids()) {
                removed.add(id);
                await(plane.remove(id));
            }
            bundles.remove(bundle);
            bundle.ids().forEach(removed::remove);
        }
    }

    /// Learns what is there: a step may have been half done, or done after nobody waited for it any more.
    private void look() throws DataPlaneException {
        Set<String> names = await(plane.policies()).stream().map(Policy::name)
                .filter(each -> each.startsWith(PREFIX)).collect(Collectors.toSet());
        policies.keySet().retainAll(names);
        for (String name : names) {
            if (!policies.containsKey(name)) {
                await(plane.removePolicy(name));
            }
        }
        Set<SaId> strange = ids();
        bundles.removeIf(bundle -> !strange.containsAll(bundle.ids()));
        removed.clear();
        bundles.forEach(bundle -> strange.removeAll(bundle.ids()));
        for (SaId id : strange) {
            await(plane.remove(id));
        }
    }

    private Set<SaId> ids() throws DataPlaneException {
        return await(plane.associations()).stream().filter(each -> Groups.isManual(each.group())).map(SaStatus::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /// The SAs that have gone from the data plane by themselves; they have no names.
    Set<ManualAssociation> gone() throws DataPlaneException {
        Set<SaId> there = ids();
        return bundles.stream().flatMap(each -> each.layers().stream())
                .filter(each -> !there.contains(each.id()) && !removed.contains(each.id()))
                .collect(Collectors.toSet());
    }

    /// Whether the data plane has a manual SA of that name now.
    boolean has(SaId id) throws DataPlaneException {
        return ids().contains(id);
    }

    /// The policies by their names in the data plane.
    Map<String, Policy> names() {
        return new HashMap<>(policies);
    }

    private <T> T await(CompletionStage<T> stage) throws DataPlaneException {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException("interrupted", interrupted);
        } catch (ExecutionException | CompletionException failed) {
            if (failed.getCause() instanceof DataPlaneException refused) {
                throw refused;
            }
            throw new DataPlaneException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (TimeoutException late) {
            throw new DataPlaneException("the data plane does not answer within %d s".formatted(patience.toSeconds()),
                    late);
        }
    }
}
