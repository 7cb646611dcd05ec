package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// Diffie-Hellman with Curve25519, RFC 7748 section 6.1. By Bouncy Castle rather than the JDK, which has no way to wipe a
/// private key.
final class MontgomeryKeyAgreement implements KeyAgreement {
    private final DhGroup group;
    private final Secret privateKey;
    private final Bytes publicValue;

    private MontgomeryKeyAgreement(DhGroup group, Secret privateKey) {
        this.group = group;
        this.privateKey = privateKey;
        this.publicValue = privateKey.expose(scalar -> {
            byte[] point = new byte[X25519.POINT_SIZE];
            X25519.generatePublicKey(scalar, 0, point, 0);
            return Bytes.owning(point);
        });
    }

    static MontgomeryKeyAgreement generate(DhGroup group, SecureRandom random) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        X25519.generatePrivateKey(random, scalar);
        return of(group, Secret.owning(scalar));
    }

    /// With a given private key, which it takes over.
    static MontgomeryKeyAgreement of(DhGroup group, Secret privateKey) {
        return new MontgomeryKeyAgreement(group, privateKey);
    }

    @Override
    public DhGroup group() {
        return group;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    /// Every string of 32 bytes is a point (RFC 7748 section 5), so only the result tells one of small order.
    @Override
    public Result agree(Bytes peerPublic) {
        if (peerPublic.length() != X25519.POINT_SIZE) {
            return new Refused("%d bytes where the group has %d".formatted(peerPublic.length(), X25519.POINT_SIZE));
        }
        if (peerPublic.equals(publicValue)) {
            return new Refused("the value is our own");
        }
        byte[] shared = new byte[X25519.POINT_SIZE];
        boolean inGroup = privateKey
                .expose(scalar -> X25519.calculateAgreement(scalar, 0, peerPublic.toArray(), 0, shared, 0));
        if (!inGroup) {
            Arrays.fill(shared, (byte) 0);
            return new Refused("the result is zero, so the value has a small order");
        }
        return new Agreed(Secret.owning(shared));
    }

    @Override
    public void close() {
        privateKey.close();
    }
}
