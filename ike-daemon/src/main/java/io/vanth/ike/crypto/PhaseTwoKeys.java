package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.wire.Bytes;
import java.util.Optional;

/// KEYMAT, RFC 2409 section 5.5.
public final class PhaseTwoKeys {
    private PhaseTwoKeys() {}

    /// `length` bytes of KEYMAT for one direction: prf(SKEYID_d, [g(qm)^xy |] protocol | SPI | Ni_b | Nr_b), repeated.
    public static Secret keymat(PhaseOneKeys keys, Optional<Secret> shared, SecurityProtocol protocol, Spi spi,
            Bytes initiatorNonce, Bytes responderNonce, int length) {
        return null;
    }
}
