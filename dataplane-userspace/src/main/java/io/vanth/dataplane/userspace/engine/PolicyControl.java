package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.sad.OutboundSlot;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Policies as the control thread has them: in the tables of the host or of a route-based tunnel's link, with what they
/// need around the engine, and with the SAs of their groups.
final class PolicyControl {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyControl.class);

    private final Tables tables;
    private final NetworkSetup network;
    private final InnerLinks links;
    private final GroupOwners owners;
    private final PortTable ports;
    private final EngineProxy outbound;

    /// @param outbound of the host's packets
    PolicyControl(Tables tables, NetworkSetup network, InnerLinks links, GroupOwners owners, PortTable ports,
            EngineProxy outbound) {
        this.tables = tables;
        this.network = network;
        this.links = links;
        this.owners = owners;
        this.ports = ports;
        this.outbound = outbound;
    }

    void add(Policy policy) throws DataPlaneException {
        if (tables.policies().find(policy.name()).isPresent() || links.having(policy.name()).isPresent()) {
            throw new DataPlaneException("policy '%s' is there already".formatted(policy.name()));
        }
        owners.check(policy);
        Tables about = policy.via().isPresent() ? links.open(policy.via().get()).tables() : tables;
        try {
            network.add(policy);
            about.publish(about.policies().with(new PolicyRule(policy, slot(policy))));
        } catch (DataPlaneException | RuntimeException refused) {
            links.withdraw();
            throw refused;
        }
        owners.enter(policy);
        links.publish();
        strand(policy);
    }

    /// What comes through the SAs of a route-based tunnel comes out of its interface, or nowhere.
    private void strand(Policy changed) {
        if (changed.action() instanceof Policy.Protect(var group, _, _)) {
            boolean stranded = owners.isStranded(group);
            tables.associations().inbound(group).forEach(each -> each.strand(stranded));
        }
    }

    private Optional<OutboundSlot> slot(Policy policy) {
        return switch (policy.action()) {
            case Policy.Protect(var group, _, _) -> Optional.of(tables.associations().takeSlot(group));
            case Policy.Bypass() -> {
                openExit();
                yield Optional.empty();
            }
            case Policy.Discard() -> Optional.empty();
        };
    }

    private void openExit() {
        try {
            tables.openExit(ports.raw());
        } catch (DataPlaneException refused) {
            LOG.debug("what a policy lets pass goes by routes alone: {}", refused.getMessage());
        }
    }

    /// False if there is none of that name.
    boolean remove(String name) throws DataPlaneException {
        Optional<InnerLink> link = links.having(name);
        Tables about = link.map(InnerLink::tables).orElse(tables);
        Optional<PolicyRule> rule = about.policies().find(name);
        if (rule.isEmpty()) {
            return false;
        }
        network.remove(rule.get().policy());
        about.publish(about.policies().without(name));
        if (rule.get().policy().action() instanceof Policy.Protect(var group, _, _)) {
            tables.associations().releaseSlot(group);
        }
        CompletableFuture<Void> left = link.map(InnerLink::proxy).orElse(outbound).abandon(rule.get());
        owners.leave(rule.get().policy(), left);
        strand(rule.get().policy());
        links.publish();
        if (link.isPresent() && about.policies().isEmpty()) {
            left.complete(null); // its agent has ended with it
        }
        return true;
    }

    /// Those of the host and of all links, in their order.
    List<Policy> list() {
        return Stream.concat(tables.list().stream(), links.policies())
                .sorted(Comparator.comparingInt(Policy::order)).toList();
    }
}
