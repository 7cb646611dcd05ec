package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.sad.SaDatabase;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import java.security.SecureRandom;

/// What agents look up and the control thread changes.
final class Tables {
    private final SaDatabase associations;
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

    void publish(PolicyDatabase now) {
        policies = now;
    }
}
