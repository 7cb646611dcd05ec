package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;

/// Diffie-Hellman on a curve over a prime field, RFC 5903. The curves here have cofactor 1: a point on the curve is in the
/// group.
final class EcpKeyAgreement implements KeyAgreement {
    private final DhGroup group;
    private final GroupParameters.Ecp parameters;
    private final ECParameterSpec curve;
    private final Bytes publicValue;
    private PrivateKey privateKey;

    private EcpKeyAgreement(DhGroup group, GroupParameters.Ecp parameters, PrivateKey privateKey,
            ECPublicKey publicKey) {
        this.group = group;
        this.parameters = parameters;
        this.curve = publicKey.getParams();
        this.publicValue = encode(publicKey.getW());
        this.privateKey = privateKey;
    }

    static EcpKeyAgreement generate(DhGroup group, GroupParameters.Ecp parameters, SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(parameters.curve()), random);
            return of(group, parameters, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no " + parameters.curve(), e);
        }
    }

    /// With a given key pair.
    static EcpKeyAgreement of(DhGroup group, GroupParameters.Ecp parameters, KeyPair pair) {
        return new EcpKeyAgreement(group, parameters, pair.getPrivate(), (ECPublicKey) pair.getPublic());
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
        if (privateKey == null) {
            throw new IllegalStateException("key agreement already closed");
        }
        if (peerPublic.length() != parameters.publicLength()) {
            return new Refused("%d bytes where the group has %d".formatted(peerPublic.length(),
                    parameters.publicLength()));
        }
        var peer = new ECPoint(coordinate(peerPublic.slice(0, parameters.fieldBytes())),
                coordinate(peerPublic.from(parameters.fieldBytes())));
        if (!onCurve(peer)) {
            return new Refused("the point is not on the curve");
        }
        if (peerPublic.equals(publicValue)) {
            return new Refused("the value is our own");
        }
        return new Agreed(Secret.owning(multiply(peer)));
    }

    /// Whether x and y are below p and y² = x³ + ax + b. The point at infinity has no such coordinates.
    private boolean onCurve(ECPoint point) {
        BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x).add(curve.getCurve().getA()).multiply(x).add(curve.getCurve().getB()).mod(p);
        return y.multiply(y).mod(p).equals(right);
    }

    /// The x coordinate of the product, with its leading zeros.
    private byte[] multiply(ECPoint peer) {
        try {
            var agreement = javax.crypto.KeyAgreement.getInstance("ECDH");
            agreement.init(privateKey);
            agreement.doPhase(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(peer, curve)), true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot multiply on " + parameters.curve(), e);
        }
    }

    private Bytes encode(ECPoint point) {
        byte[] result = new byte[parameters.publicLength()];
        put(point.getAffineX(), result, parameters.fieldBytes());
        put(point.getAffineY(), result, result.length);
        return Bytes.owning(result);
    }

    /// Writes `value` so that it ends before `end`.
    private void put(BigInteger value, byte[] target, int end) {
        byte[] digits = value.toByteArray();
        int count = Math.min(digits.length, parameters.fieldBytes());
        System.arraycopy(digits, digits.length - count, target, end - count, count);
    }

    private static BigInteger coordinate(Bytes bytes) {
        return new BigInteger(1, bytes.toArray());
    }

    /// Lets go of the private key; the JDK's classes have no way to wipe it.
    @Override
    public void close() {
        privateKey = null;
    }
}
