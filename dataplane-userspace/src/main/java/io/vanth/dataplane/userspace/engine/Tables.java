package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.SaDatabase;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// What agents look up and the control thread changes: the SAs of all, and the policies about the packets of one device.
final class Tables {
    private final SaDatabase associations;
    /// One for all devices.
    private final AtomicReference<EspTransport> exit;
    private volatile PolicyDatabase policies = PolicyDatabase.EMPTY;
    private volatile Map<SaGroup, InnerLink> links = Map.of();

    Tables(SecureRandom random) {
        this(new SaDatabase(random), new AtomicReference<>());
    }

    private Tables(SaDatabase associations, AtomicReference<EspTransport> exit) {
        this.associations = associations;
        this.exit = exit;
    }

    /// Those of another device.
    Tables beside() {
        return new Tables(associations, exit);
    }

    SaDatabase associations() {
        return associations;
    }

    PolicyDatabase policies() {
        return policies;
    }

    /// Where packets go out in clear that were led here and that a policy lets pass; null where that cannot be done.
    EspTransport exit() {
        return exit.get();
    }

    void openExit(EspTransport raw) {
        exit.set(raw);
    }

    /// The policies in the order in which they are looked at.
    List<Policy> list() {
        return policies.rules().stream().map(PolicyRule::policy).toList();
    }

    void publish(PolicyDatabase now) {
        policies = now;
    }

    /// The devices that the packets of route-based tunnels come out of; those of all other groups come out of the host's.
    Map<SaGroup, InnerLink> links() {
        return links;
    }

    void lead(Map<SaGroup, InnerLink> now) {
        links = Map.copyOf(now);
    }
}
