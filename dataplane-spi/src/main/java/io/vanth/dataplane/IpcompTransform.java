package io.vanth.dataplane;

import java.util.Optional;

/// IPComp (RFC 3173) with DEFLATE (RFC 2394), the one algorithm that peers have. The CPI stands where other SAs have
/// their SPI.
public record IpcompTransform() implements Transform {
    @Override
    public SecurityProtocol protocol() {
        return SecurityProtocol.IPCOMP;
    }

    @Override
    public int keyBytes() {
        return 0;
    }

    @Override
    public Optional<Integrity> integrity() {
        return Optional.empty();
    }

    @Override
    public boolean isAuthenticated() {
        return false;
    }
}
