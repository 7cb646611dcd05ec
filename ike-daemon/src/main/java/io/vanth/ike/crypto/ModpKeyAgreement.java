package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;

/// Diffie-Hellman modulo a prime. The JDK's own DH does the same `modPow`, and neither can wipe a `BigInteger`, so the
/// exponent lives in a [Secret] and is a number only for the time of a computation.
final class ModpKeyAgreement implements KeyAgreement {
    private final DhGroup group;
    private final GroupParameters.Modp parameters;
    private final Secret exponent;
    private final Bytes publicValue;

    private ModpKeyAgreement(DhGroup group, GroupParameters.Modp parameters, Secret exponent) {
        this.group = group;
        this.parameters = parameters;
        this.exponent = exponent;
        this.publicValue = Bytes
                .owning(exponent.expose(x -> power(parameters.generator(), x, parameters.publicLength())));
    }

    static ModpKeyAgreement generate(DhGroup group, GroupParameters.Modp parameters, SecureRandom random) {
        byte[] x = new byte[(parameters.exponentBits() + 7) / 8];
        random.nextBytes(x);
        // The highest bit is always set, so the time of an exponentiation doesn't tell the exponent's length.
        x[0] |= (byte) 0x80;
        return of(group, parameters, Secret.owning(x));
    }

    /// With a given exponent, which it takes over.
    static ModpKeyAgreement of(DhGroup group, GroupParameters.Modp parameters, Secret exponent) {
        return new ModpKeyAgreement(group, parameters, exponent);
    }

    @Override
    public DhGroup group() {
        return group;
    }

    @Override
    public Bytes publicValue() {
        return publicValue;
    }

    @Override
    public Result agree(Bytes peerPublic) {
        if (peerPublic.length() != parameters.publicLength()) {
            return new Refused("%d bytes where the group has %d".formatted(peerPublic.length(),
                    parameters.publicLength()));
        }
        BigInteger peer = new BigInteger(1, peerPublic.toArray());
        if (peer.compareTo(BigInteger.ONE) <= 0) {
            return new Refused("the value is " + peer);
        }
        // p-1 has order 2; beyond it values are not reduced.
        if (peer.compareTo(parameters.prime().subtract(BigInteger.ONE)) >= 0) {
            return new Refused("the value is p-1 or more");
        }
        if (peerPublic.equals(publicValue)) {
            return new Refused("the value is our own");
        }
        if (parameters.subgroupOrder().isPresent()
                && !peer.modPow(parameters.subgroupOrder().get(), parameters.prime()).equals(BigInteger.ONE)) {
            return new Refused("the value is outside the subgroup");
        }
        return new Agreed(Secret.owning(exponent.expose(x -> power(peer, x, parameters.sharedLength()))));
    }

    private byte[] power(BigInteger base, byte[] x, int length) {
        byte[] digits = base.modPow(new BigInteger(1, x), parameters.prime()).toByteArray();
        // BigInteger leaves leading zeros out, and adds one as a sign.
        byte[] result = new byte[length];
        int count = Math.min(digits.length, length);
        System.arraycopy(digits, digits.length - count, result, length - count, count);
        Arrays.fill(digits, (byte) 0);
        return result;
    }

    @Override
    public void close() {
        exponent.close();
    }
}
