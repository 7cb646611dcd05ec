package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TunnelInterface;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What device sends by the SAs of a group. There is one at a time: an SA numbers its packets on the one thread of its
/// device, and two would use a number, and with it a nonce, twice (RFC 4106 section 3.1). For the control thread.
final class GroupOwners {
    private static final String HOST = "";
    private static final int PATIENCE_SECONDS = 5;

    /// @param left done when the device uses the group no more; null while it has policies of it
    private record Use(String device, int policies, CompletableFuture<Void> left) {}

    private final Map<SaGroup, Use> uses = new HashMap<>();

    /// Sees to it that no other device than the policy's uses its group.
    ///
    /// @throws DataPlaneException when one does
    void check(Policy policy) throws DataPlaneException {
        if (policy.action() instanceof Policy.Protect(var group, _, _)) {
            Use use = uses.get(group);
            if (use != null && !use.device().equals(device(policy))) {
                if (use.policies() > 0) {
                    throw new DataPlaneException("policy '%s' is for another interface than those whose SAs it shares"
                            .formatted(policy.name()));
                }
                await(use.left(), policy);
                uses.remove(group);
            }
        }
    }

    private static void await(CompletableFuture<Void> left, Policy policy) throws DataPlaneException {
        try {
            left.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException("interrupted", interrupted);
        } catch (ExecutionException | TimeoutException stuck) {
            throw new DataPlaneException("the interface that had the SAs of policy '%s' still uses them"
                    .formatted(policy.name()), stuck);
        }
    }

    /// The policy, which [#check(Policy)] let through, is there.
    void enter(Policy policy) {
        if (policy.action() instanceof Policy.Protect(var group, _, _)) {
            uses.merge(group, new Use(device(policy), 1, null),
                    (before, one) -> new Use(before.device(), before.policies() + 1, null));
        }
    }

    /// The policy is gone; its device's agent knows that when `left` is done.
    void leave(Policy policy, CompletableFuture<Void> left) {
        uses.values().removeIf(use -> use.policies() == 0 && use.device().equals(HOST) && use.left().isDone());
        if (policy.action() instanceof Policy.Protect(var group, _, _)) {
            uses.computeIfPresent(group, (same, use) -> new Use(use.device(), use.policies() - 1, left));
        }
    }

    /// Whether a device has policies of the group.
    boolean isUsed(SaGroup group) {
        Use use = uses.get(group);
        return use != null && use.policies() > 0;
    }

    /// Whether the group was last of an interface of its own, and has no policies there now.
    boolean isStranded(SaGroup group) {
        Use use = uses.get(group);
        return use != null && use.policies() == 0 && !use.device().equals(HOST);
    }

    private static String device(Policy policy) {
        return policy.via().map(TunnelInterface::name).orElse(HOST);
    }
}
