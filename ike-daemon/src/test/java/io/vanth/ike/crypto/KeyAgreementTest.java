package io.vanth.ike.crypto;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KeyAgreementTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final GroupParameters.Modp MODP2048 = (GroupParameters.Modp) DhGroup.MODP2048.parameters();

    @ParameterizedTest
    @EnumSource(DhGroup.class)
    void bothSidesGetTheSameSecretOfFullLength(DhGroup group) {
        try (KeyAgreement a = KeyAgreement.generate(group, RANDOM);
                KeyAgreement b = KeyAgreement.generate(group, RANDOM)) {
            assertEquals(group.publicLength(), a.publicValue().length());
            assertNotEquals(a.publicValue(), b.publicValue());
            Bytes shared = agreed(a.agree(b.publicValue()));
            assertEquals(shared, agreed(b.agree(a.publicValue())));
            assertEquals(group.sharedLength(), shared.length());
        }
    }

    @ParameterizedTest
    @EnumSource(DhGroup.class)
    void aClosedAgreementIsOfNoUse(DhGroup group) {
        KeyAgreement agreement = KeyAgreement.generate(group, RANDOM);
        Bytes other;
        try (KeyAgreement peer = KeyAgreement.generate(group, RANDOM)) {
            other = peer.publicValue();
        }
        agreement.close();
        agreement.close();
        assertThrows(IllegalStateException.class, () -> agreement.agree(other));
    }

    /// S-9, S-17.
    @ParameterizedTest
    @MethodSource
    void refusesValuesOutsideTheGroup(DhGroup group, Bytes value, String reason) {
        try (KeyAgreement agreement = KeyAgreement.generate(group, RANDOM)) {
            var refused = assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(value));
            assertEquals(reason, refused.reason());
        }
    }

    static Stream<Arguments> refusesValuesOutsideTheGroup() throws GeneralSecurityException {
        BigInteger p = MODP2048.prime();
        Bytes zero = fixed(BigInteger.ZERO, 32);
        ECParameterSpec curve = curve();
        Bytes x = fixed(curve.getGenerator().getAffineX(), 32);
        Bytes y = fixed(curve.getGenerator().getAffineY(), 32);
        // The same point once more, with a coordinate that is not reduced: x + p still fits where x is small.
        BigInteger fieldPrime = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        return Stream.of(Arguments.of(DhGroup.MODP2048, fixed(BigInteger.ZERO, 256), "the value is 0"),
                Arguments.of(DhGroup.MODP2048, fixed(BigInteger.ONE, 256), "the value is 1"),
                Arguments.of(DhGroup.MODP2048, fixed(p.subtract(BigInteger.ONE), 256), "the value is p-1 or more"),
                Arguments.of(DhGroup.MODP2048, fixed(p, 256), "the value is p-1 or more"),
                Arguments.of(DhGroup.MODP2048, fixed(p.add(BigInteger.TWO), 256), "the value is p-1 or more"),
                Arguments.of(DhGroup.MODP2048, fixed(BigInteger.TWO, 255), "255 bytes where the group has 256"),
                Arguments.of(DhGroup.MODP2048, fixed(BigInteger.TWO, 257), "257 bytes where the group has 256"),
                Arguments.of(DhGroup.MODP2048, Bytes.EMPTY, "0 bytes where the group has 256"),
                Arguments.of(DhGroup.ECP256, Bytes.EMPTY, "0 bytes where the group has 64"),
                Arguments.of(DhGroup.ECP256, x, "32 bytes where the group has 64"),
                Arguments.of(DhGroup.ECP256, Bytes.concat(Bytes.of((byte) 4), x, y),
                        "65 bytes where the group has 64"),
                Arguments.of(DhGroup.ECP256, Bytes.concat(zero, zero), "the point is not on the curve"),
                Arguments.of(DhGroup.ECP256, Bytes.concat(y, x), "the point is not on the curve"),
                Arguments.of(DhGroup.ECP256,
                        Bytes.concat(x, fixed(curve.getGenerator().getAffineY().add(BigInteger.ONE), 32)),
                        "the point is not on the curve"),
                Arguments.of(DhGroup.ECP256, unreducedPoint(curve, fieldPrime), "the point is not on the curve"));
    }

    @ParameterizedTest
    @EnumSource(DhGroup.class)
    void refusesItsOwnValue(DhGroup group) {
        try (KeyAgreement agreement = KeyAgreement.generate(group, RANDOM)) {
            var refused = assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(agreement.publicValue()));
            assertEquals("the value is our own", refused.reason());
        }
    }

    /// "The prime is: 2^2048 - 2^1984 - 1 + 2^64 * { [2^1918 pi] + 124476 }", RFC 3526 section 3, and so on in the sections
    /// around it and in RFC 2409 sections 6.1 and 6.2.
    @ParameterizedTest
    @CsvSource({"MODP768,149686", "MODP1024,129093", "MODP1536,741804", "MODP2048,124476", "MODP3072,1690314",
            "MODP4096,240904", "MODP6144,929484", "MODP8192,4743158"})
    void thePrimesAreThoseOfTheRfcs(DhGroup group, long summand) {
        int bits = group.publicLength() * 8;
        BigInteger one = BigInteger.ONE;
        BigInteger expected = one.shiftLeft(bits).subtract(one.shiftLeft(bits - 64)).subtract(one)
                .add(floorOfPi(bits - 130).add(BigInteger.valueOf(summand)).shiftLeft(64));
        var parameters = assertInstanceOf(GroupParameters.Modp.class, group.parameters());
        assertEquals(expected, parameters.prime());
        assertEquals(BigInteger.TWO, parameters.generator());
    }

    /// RFC 5114 section 2: p and q are prime, q divides p - 1, and g has the order q.
    @ParameterizedTest
    @EnumSource(names = {"MODP1024S160", "MODP2048S224", "MODP2048S256"})
    void theSubgroupsAreGroups(DhGroup group) {
        var parameters = assertInstanceOf(GroupParameters.Modp.class, group.parameters());
        BigInteger q = parameters.subgroupOrder().orElseThrow();
        assertTrue(parameters.prime().isProbablePrime(64));
        assertTrue(q.isProbablePrime(64));
        assertEquals(BigInteger.ONE, parameters.prime().mod(q));
        assertEquals(BigInteger.ONE, parameters.generator().modPow(q, parameters.prime()));
    }

    /// S-9: for every group modulo a prime.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "MODP.*")
    void refusesWhatNoHonestPeerSends(DhGroup group) {
        var parameters = assertInstanceOf(GroupParameters.Modp.class, group.parameters());
        BigInteger p = parameters.prime();
        int length = group.publicLength();
        try (KeyAgreement agreement = KeyAgreement.generate(group, RANDOM)) {
            for (BigInteger bad : List.of(BigInteger.ZERO, BigInteger.ONE, p.subtract(BigInteger.ONE), p,
                    p.add(BigInteger.ONE), BigInteger.ONE.shiftLeft(8 * length).subtract(BigInteger.ONE))) {
                assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(fixed(bad, length)), bad::toString);
            }
            assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(fixed(BigInteger.TWO, length - 1)));
            assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(fixed(BigInteger.TWO, length + 1)));
            if (parameters.subgroupOrder().isPresent()) {
                // 2 generates more than the subgroup: its order does not divide q.
                var refused = assertInstanceOf(KeyAgreement.Refused.class,
                        agreement.agree(fixed(BigInteger.TWO, length)));
                assertEquals("the value is outside the subgroup", refused.reason());
            }
        }
    }

    /// S-9: for every curve with x and y on the wire.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "ECP.*")
    void refusesPointsOffTheCurve(DhGroup group) {
        int field = group.sharedLength();
        try (KeyAgreement agreement = KeyAgreement.generate(group, RANDOM);
                KeyAgreement peer = KeyAgreement.generate(group, RANDOM)) {
            Bytes x = peer.publicValue().slice(0, field);
            Bytes y = peer.publicValue().from(field);
            Bytes ones = Bytes.ofHex("ff".repeat(field));
            for (Bytes bad : List.of(Bytes.of(new byte[2 * field]), Bytes.concat(y, x), Bytes.concat(ones, y),
                    Bytes.concat(x, ones), Bytes.concat(ones, ones), Bytes.concat(x, Bytes.of(new byte[field])))) {
                var refused = assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(bad));
                assertEquals("the point is not on the curve", refused.reason());
            }
            for (Bytes bad : List.of(x, Bytes.EMPTY, Bytes.concat(Bytes.of((byte) 4), x, y))) {
                assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(bad));
            }
        }
    }

    /// S-9: the points of Curve25519 whose order divides 8, with and without the bit that is ignored (RFC 7748 sections 5
    /// and 6.1).
    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"})
    void refusesPointsOfSmallOrder(String point) {
        try (KeyAgreement agreement = KeyAgreement.generate(DhGroup.CURVE25519, RANDOM)) {
            var refused = assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(Bytes.ofHex(point)));
            assertEquals("the result is zero, so the value has a small order", refused.reason());
            assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(Bytes.ofHex(point + "00")));
            assertInstanceOf(KeyAgreement.Refused.class, agreement.agree(Bytes.ofHex(point).slice(0, 31)));
        }
    }

    /// RFC 7748 section 6.1.
    @Test
    void agreesAsTheVectorOfRfc7748() {
        try (KeyAgreement alice = curve25519("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
                KeyAgreement bob = curve25519("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")) {
            assertEquals("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
                    alice.publicValue().hex());
            assertEquals("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
                    agreed(alice.agree(bob.publicValue())).hex());
        }
    }

    private static KeyAgreement curve25519(String secret) {
        return MontgomeryKeyAgreement.of(DhGroup.CURVE25519, Secret.owning(Bytes.ofHex(secret).toArray()));
    }

    /// RFC 7027 appendix A.1, the curve of group 28.
    @Test
    void agreesAsTheVectorOfRfc7027() {
        try (KeyAgreement a = brainpool("81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D");
                KeyAgreement b = brainpool("55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3")) {
            assertEquals(Bytes.ofHex("44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5"
                    + "8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC"), a.publicValue());
            assertEquals(Bytes.ofHex("89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B"),
                    agreed(b.agree(a.publicValue())));
        }
    }

    private static KeyAgreement brainpool(String secret) {
        return BrainpoolKeyAgreement.of(DhGroup.ECP256BP, (GroupParameters.Brainpool) DhGroup.ECP256BP.parameters(),
                Secret.owning(Bytes.ofHex(secret).toArray()));
    }

    @Test
    void anExponentOfOneGivesTheGeneratorWithItsLeadingZeros() {
        var side = ModpKeyAgreement.of(DhGroup.MODP2048, MODP2048, Secret.owning(new byte[]{1}));
        assertEquals(fixed(BigInteger.TWO, 256), side.publicValue());
        assertEquals(fixed(BigInteger.valueOf(3), 256), agreed(side.agree(fixed(BigInteger.valueOf(3), 256))));
    }

    /// Private exponents have 320 bits, RFC 3526 section 8, and come from nowhere but the random source passed in.
    @Test
    void theExponentIsShortAndFromTheGivenSource() {
        var source = new CountingRandom();
        try (KeyAgreement agreement = KeyAgreement.generate(DhGroup.MODP2048, source)) {
            assertEquals(40, source.handedOut);
            byte[] exponent = new byte[40];
            Arrays.fill(exponent, (byte) 0xa5);
            assertEquals(fixed(BigInteger.TWO.modPow(new BigInteger(1, exponent), MODP2048.prime()), 256),
                    agreement.publicValue());
        }
    }

    @Test
    void theCurvesKeyComesFromTheGivenSource() {
        try (KeyAgreement a = KeyAgreement.generate(DhGroup.ECP256, new CountingRandom());
                KeyAgreement b = KeyAgreement.generate(DhGroup.ECP256, new CountingRandom())) {
            assertEquals(a.publicValue(), b.publicValue());
        }
    }

    /// RFC 5903 section 8.1.
    @Test
    void agreesAsTheVectorOfRfc5903() throws GeneralSecurityException {
        KeyAgreement initiator = side("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
                "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180",
                "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3");
        KeyAgreement responder = side("C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
                "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63",
                "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB");
        Bytes expected = Bytes.ofHex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
        assertEquals(expected, agreed(initiator.agree(responder.publicValue())));
        assertEquals(expected, agreed(responder.agree(initiator.publicValue())));
        assertArrayEquals(new byte[]{(byte) 0xda, (byte) 0xd0}, initiator.publicValue().slice(0, 2).toArray());
    }

    private static KeyAgreement side(String secret, String x, String y) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("EC");
        var point = new ECPoint(new BigInteger(x, 16), new BigInteger(y, 16));
        var pair = new KeyPair(factory.generatePublic(new ECPublicKeySpec(point, curve())),
                factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(secret, 16), curve())));
        return EcpKeyAgreement.of(DhGroup.ECP256, (GroupParameters.Ecp) DhGroup.ECP256.parameters(), pair);
    }

    /// A point of the curve whose x is so small that x + p fits into 32 bytes, written with x + p.
    private static Bytes unreducedPoint(ECParameterSpec curve, BigInteger p) {
        for (BigInteger x = BigInteger.ONE;; x = x.add(BigInteger.ONE)) {
            BigInteger square = x.multiply(x).add(curve.getCurve().getA()).multiply(x).add(curve.getCurve().getB())
                    .mod(p);
            // p mod 4 is 3, so this is the root of each square.
            BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
            if (y.multiply(y).mod(p).equals(square)) {
                return Bytes.concat(fixed(x.add(p), 32), fixed(y, 32));
            }
        }
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    static Bytes agreed(KeyAgreement.Result result) {
        try (Secret shared = assertInstanceOf(KeyAgreement.Agreed.class, result).shared()) {
            return Bytes.owning(shared.expose(byte[]::clone));
        }
    }

    static Bytes fixed(BigInteger value, int length) {
        return Bytes.ofHex(("%0" + 2 * length + "x").formatted(value));
    }

    /// floor(2^bits pi), by Machin's formula with 64 bits to spare.
    private static BigInteger floorOfPi(int bits) {
        int precision = bits + 64;
        BigInteger quarter = arcTangentOfInverse(5, precision).shiftLeft(2)
                .subtract(arcTangentOfInverse(239, precision));
        return quarter.shiftLeft(2).shiftRight(64);
    }

    private static BigInteger arcTangentOfInverse(int x, int precision) {
        BigInteger power = BigInteger.ONE.shiftLeft(precision).divide(BigInteger.valueOf(x));
        BigInteger sum = BigInteger.ZERO;
        for (int n = 1; power.signum() > 0; n += 2) {
            BigInteger term = power.divide(BigInteger.valueOf(n));
            sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
            power = power.divide(BigInteger.valueOf((long) x * x));
        }
        return sum;
    }

    /// Gives the same byte forever, and counts.
    private static final class CountingRandom extends SecureRandom {
        private static final long serialVersionUID = 1;
        private int handedOut;

        @Override
        public void nextBytes(byte[] bytes) {
            handedOut += bytes.length;
            Arrays.fill(bytes, (byte) 0xa5);
        }
    }
}
