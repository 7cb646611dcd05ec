package io.vanth.lab.kernel;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.SecurityProtocol;
import java.util.Optional;

/// Why a data plane cannot do something yet, by its own word.
final class Obstacles {
    private Obstacles() {}

    /// Empty when the capabilities say that it can.
    static Optional<String> of(Capabilities capabilities, Combination combination, EspTransform transform) {
        for (SecurityProtocol protocol : combination.protection().protocols()) {
            if (!capabilities.protocols().contains(protocol)) {
                return Optional.of("the engine does not do " + protocol);
            }
        }
        if (!capabilities.ciphers().contains(transform.cipher())
                || !transform.integrity().stream().allMatch(capabilities.integrities()::contains)) {
            return Optional.of("the engine does not do this transform");
        }
        if (!capabilities.modes().contains(combination.mode())) {
            return Optional.of("the engine does not do transport mode");
        }
        if (combination.esn() && !capabilities.extendedSequenceNumbers()) {
            return Optional.of("the engine does not do ESN");
        }
        return combination.inUdp() || capabilities.rawEsp()
                ? Optional.empty()
                : Optional.of("the engine does ESP in UDP only");
    }
}
