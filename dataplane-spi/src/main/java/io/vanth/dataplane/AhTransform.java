package io.vanth.dataplane;

import java.util.Optional;

/// The integrity algorithm of an AH SA.
public record AhTransform(Integrity algorithm) implements Transform {
    @Override
    public SecurityProtocol protocol() {
        return SecurityProtocol.AH;
    }

    @Override
    public int keyBytes() {
        return algorithm.keyBytes();
    }

    @Override
    public Optional<Integrity> integrity() {
        return Optional.of(algorithm);
    }

    @Override
    public boolean isAuthenticated() {
        return true;
    }
}
