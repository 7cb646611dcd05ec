package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.teletrust.TeleTrusTNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/// Diffie-Hellman on a Brainpool curve, RFC 6932, which the JDK does not have. The curves have cofactor 1: a point on the
/// curve is in the group.
final class BrainpoolKeyAgreement implements KeyAgreement {
    private final DhGroup group;
    private final GroupParameters.Brainpool parameters;
    private final X9ECParameters curve;
    private final Secret scalar;
    private final Bytes publicValue;

    private BrainpoolKeyAgreement(DhGroup group, GroupParameters.Brainpool parameters, X9ECParameters curve,
            Secret scalar) {
        this.group = group;
        this.parameters = parameters;
        this.curve = curve;
        this.scalar = scalar;
        ECPoint point = scalar.expose(d -> new FixedPointCombMultiplier().multiply(curve.getG(), number(d)))
                .normalize();
        this.publicValue = Bytes.concat(Bytes.owning(point.getAffineXCoord().getEncoded()),
                Bytes.owning(point.getAffineYCoord().getEncoded()));
    }

    static BrainpoolKeyAgreement generate(DhGroup group, GroupParameters.Brainpool parameters, SecureRandom random) {
        X9ECParameters curve = TeleTrusTNamedCurves.getByName(parameters.curve());
        BigInteger d = BigIntegers.createRandomInRange(BigInteger.ONE, curve.getN().subtract(BigInteger.ONE), random);
        return new BrainpoolKeyAgreement(group, parameters, curve,
                Secret.owning(BigIntegers.asUnsignedByteArray(parameters.fieldBytes(), d)));
    }

    /// With a given private key, which it takes over.
    static BrainpoolKeyAgreement of(DhGroup group, GroupParameters.Brainpool parameters, Secret scalar) {
        return new BrainpoolKeyAgreement(group, parameters, TeleTrusTNamedCurves.getByName(parameters.curve()),
                scalar);
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
        BigInteger x = number(peerPublic.slice(0, parameters.fieldBytes()).toArray());
        BigInteger y = number(peerPublic.from(parameters.fieldBytes()).toArray());
        BigInteger p = curve.getCurve().getField().getCharacteristic();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !curve.getCurve().createPoint(x, y).isValid()) {
            return new Refused("the point is not on the curve");
        }
        if (peerPublic.equals(publicValue)) {
            return new Refused("the value is our own");
        }
        ECPoint product = scalar.expose(d -> curve.getCurve().createPoint(x, y).multiply(number(d))).normalize();
        return new Agreed(Secret.owning(product.getAffineXCoord().getEncoded()));
    }

    private static BigInteger number(byte[] bytes) {
        return new BigInteger(1, bytes);
    }

    @Override
    public void close() {
        scalar.close();
    }
}
