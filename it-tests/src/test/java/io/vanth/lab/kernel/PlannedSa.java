package io.vanth.lab.kernel;

import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Transform;
import java.util.Arrays;

/// One SA of those that a packet passes.
///
/// @param spi   for IPComp the CPI
/// @param place in the policy, from 1 for the innermost
/// @param key   cipher key, salt and integrity key, in this order
record PlannedSa(int spi, int place, Mode mode, Transform transform, byte[] key) {
    SecurityProtocol protocol() {
        return transform.protocol();
    }

    /// The cipher's key with its salt.
    byte[] cipherKey() {
        return Arrays.copyOf(key, split());
    }

    byte[] integrityKey() {
        return Arrays.copyOfRange(key, split(), key.length);
    }

    private int split() {
        return key.length - transform.integrity().map(Integrity::keyBytes).orElse(0);
    }
}
