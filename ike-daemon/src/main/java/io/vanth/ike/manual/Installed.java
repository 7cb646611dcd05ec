package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaId;
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

/// What of the manual entries is in the data plane. Policies come before the SAs that they need, and go after them, so
/// that nothing passes in clear in between.
final class Installed {
    private static final long SECONDS = 20;
    private static final String PREFIX = "manual/";

    private final DataPlane plane;
    /// By their names in the data plane.
    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private final Set<Bundle> bundles = new LinkedHashSet<>();
    private int versions;

    Installed(DataPlane plane) {
        this.plane = plane;
    }

    /// Makes the data plane what `plan` says; after a refusal it is somewhere on the way.
    void become(Plan plan) throws DataPlaneException {
        Set<Policy> wanted = new HashSet<>(plan.policies());
        Set<Bundle> wantedBundles = new HashSet<>(plan.bundles());
        List<String> old = policies.keySet().stream().filter(name -> !wanted.contains(policies.get(name))).toList();
        Set<Policy> there = new HashSet<>(policies.values());
        for (Policy policy : plan.policies()) {
            if (there.add(policy)) {
                add(policy);
            }
        }
        for (Bundle bundle : List.copyOf(bundles)) {
            if (!wantedBundles.contains(bundle)) {
                remove(bundle);
            }
        }
        for (Direction direction : Direction.values()) {
            for (Bundle bundle : plan.bundles()) {
                if (bundle.direction() == direction && !bundles.contains(bundle)) {
                    await(plane.install(bundle.securityAssociations()));
                    bundles.add(bundle);
                }
            }
        }
        for (String name : old) {
            await(plane.removePolicy(name));
            policies.remove(name);
        }
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
        for (SaId id : bundle.ids()) {
            await(plane.remove(id));
        }
        bundles.remove(bundle);
    }

    /// The policies by their names in the data plane.
    Map<String, Policy> names() {
        return Map.copyOf(policies);
    }

    private static <T> T await(CompletionStage<T> stage) throws DataPlaneException {
        try {
            return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException("interrupted", interrupted);
        } catch (ExecutionException | CompletionException failed) {
            if (failed.getCause() instanceof DataPlaneException refused) {
                throw refused;
            }
            throw new DataPlaneException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (TimeoutException late) {
            throw new DataPlaneException("the data plane does not answer within %d s".formatted(SECONDS), late);
        }
    }
}
