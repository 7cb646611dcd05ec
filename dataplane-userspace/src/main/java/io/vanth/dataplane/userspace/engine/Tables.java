package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.SaDatabase;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import java.security.SecureRandom;

/// What agents look up and the control thread changes.
final class Tables {
    private final SaDatabase associations;
    private volatile EspTransport exit;
    private volatile PolicyDatabase policies = PolicyDatabase.EMPTY;

    Tables(SecureRandom random) {
        associations = new SaDatabase(random);
    }

    SaDatabase associations() {
        return associations;
    }

    PolicyDatabase policies() {
        return policies;
    }

    /// Where packets go out in clear that were led here and that a policy lets pass; null where that cannot be done.
    EspTransport exit() {
        return exit;
    }

    void openExit(EspTransport raw) {
        exit = raw;
    }

    void publish(PolicyDatabase now) {
        policies = now;
    }
}
