package io.vanth.ike.certificate;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is signed, byte by byte, and what must never be taken for a signature (S-12).
class SignatureTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPair RSA = rsa(2048);
    private static final Bytes HASH = sequence(20);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private static KeyPair rsa(int bits) {
        return generate("RSA", generator -> {
            generator.initialize(bits);
            return generator;
        });
    }

    private static KeyPair ec(String curve) {
        return generate("EC", generator -> {
            try {
                generator.initialize(new ECGenParameterSpec(curve));
                return generator;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static KeyPair generate(String algorithm, UnaryOperator<KeyPairGenerator> initialized) {
        try {
            return initialized.apply(KeyPairGenerator.getInstance(algorithm)).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Bytes sequence(int length) {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++) {
            bytes[index] = (byte) (index + 1);
        }
        return Bytes.owning(bytes);
    }

    /// RFC 2409 section 5.1: the block has no DigestInfo.
    @Test
    void rsaSignsTheBareHash() {
        Bytes signature = Credential.ofKey(RSA).sign(HASH, RANDOM);
        var key = (RSAPublicKey) RSA.getPublic();
        BigInteger block = new BigInteger(1, signature.toArray()).modPow(key.getPublicExponent(), key.getModulus());
        assertEquals("1" + "ff".repeat(256 - 3 - 20) + "00" + HASH.hex(), block.toString(16));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 32, 48, 64})
    void rsaVerifiesHashesOfEveryLength(int length) {
        Bytes hash = sequence(length);
        Bytes signature = Credential.ofKey(RSA).sign(hash, RANDOM);
        assertTrue(KeyKind.verifies(RSA.getPublic(), AuthenticationMethod.RSA_SIGNATURE, hash, signature));
    }

    static Stream<Arguments> forgedBlocks() {
        return Stream.of(
                forged("the hash is another", block -> changed(block, 255, block[255] ^ 1)),
                forged("block type 2", block -> changed(block, 1, 2)),
                forged("block type 0", block -> changed(block, 1, 0)),
                forged("the first byte counts", block -> changed(block, 0, 1)),
                forged("a hole in the padding", block -> changed(block, 100, 0xfe)),
                forged("the padding ends early", block -> changed(block, 100, 0)),
                forged("no end of the padding", block -> changed(block, 256 - 21, 0xff)),
                forged("eight bytes of padding, then the hash, then garbage (Bleichenbacher 2006)",
                        block -> concat(Arrays.copyOf(block, 10), new byte[]{0}, HASH.toArray(), new byte[225])),
                forged("a hash that is cut", block -> concat(new byte[]{0, 1}, filled(256 - 3 - 19), new byte[]{0},
                        HASH.from(1).toArray())),
                forged("a hash that is cut at its end", block -> concat(new byte[]{0, 1}, filled(256 - 3 - 19),
                        new byte[]{0}, HASH.slice(0, 19).toArray())),
                forged("with a DigestInfo for SHA-1", block -> concat(new byte[]{0, 1}, filled(256 - 3 - 35),
                        new byte[]{0}, Bytes.ofHex("3021300906052b0e03021a05000414").toArray(), HASH.toArray())),
                forged("nothing but the hash", block -> concat(new byte[236], HASH.toArray())));
    }

    private static Arguments forged(String name, UnaryOperator<byte[]> forgery) {
        byte[] right = concat(new byte[]{0, 1}, filled(256 - 3 - 20), new byte[]{0}, HASH.toArray());
        return Arguments.of(name, Bytes.owning(forgery.apply(right)));
    }

    private static byte[] changed(byte[] block, int index, int value) {
        byte[] other = block.clone();
        other[index] = (byte) value;
        return other;
    }

    private static byte[] filled(int length) {
        byte[] padding = new byte[length];
        Arrays.fill(padding, (byte) 0xff);
        return padding;
    }

    private static byte[] concat(byte[]... parts) {
        return Bytes.concat(Arrays.stream(parts).map(Bytes::of).toArray(Bytes[]::new)).toArray();
    }

    /// The owner of the key itself makes the block, so only the comparison can refuse it.
    @ParameterizedTest(name = "{0}")
    @MethodSource("forgedBlocks")
    void refusesForgedBlocks(String name, Bytes block) {
        assertFalse(KeyKind.verifies(RSA.getPublic(), AuthenticationMethod.RSA_SIGNATURE, HASH, raw(block)), name);
    }

    private static Bytes raw(Bytes block) {
        var key = (RSAPrivateKey) RSA.getPrivate();
        BigInteger number = new BigInteger(1, block.toArray()).modPow(key.getPrivateExponent(), key.getModulus());
        byte[] bytes = number.toByteArray();
        byte[] signature = new byte[256];
        int length = Math.min(bytes.length, 256);
        System.arraycopy(bytes, bytes.length - length, signature, 256 - length, length);
        return Bytes.owning(signature);
    }

    /// With an exponent of 3, a cube root makes a block that begins well: Bleichenbacher 2006, without any private key.
    @Test
    void refusesACubeRoot() throws GeneralSecurityException {
        var weak = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(((RSAPublicKey) RSA.getPublic()).getModulus(), THREE));
        byte[] wanted = concat(new byte[]{0, 1}, filled(8), new byte[]{0}, HASH.toArray(), new byte[225]);
        BigInteger root = cubeRootAbove(new BigInteger(1, wanted));
        byte[] forgery = new byte[256];
        byte[] bytes = root.toByteArray();
        System.arraycopy(bytes, 0, forgery, 256 - bytes.length, bytes.length);
        assertArrayStartsWith(Arrays.copyOf(wanted, 31), root.pow(3));
        assertFalse(KeyKind.verifies(weak, AuthenticationMethod.RSA_SIGNATURE, HASH, Bytes.owning(forgery)));
    }

    private static BigInteger cubeRootAbove(BigInteger number) {
        BigInteger low = BigInteger.ZERO;
        BigInteger high = BigInteger.ONE.shiftLeft(number.bitLength() / 3 + 1);
        while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = low.add(high).shiftRight(1);
            if (middle.pow(3).compareTo(number) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static void assertArrayStartsWith(byte[] start, BigInteger cube) {
        byte[] bytes = cube.toByteArray();
        byte[] block = new byte[256];
        System.arraycopy(bytes, 0, block, 256 - bytes.length, bytes.length);
        assertEquals(Bytes.of(start), Bytes.of(block, 0, start.length), "the forgery is one");
    }

    @ParameterizedTest
    @CsvSource({"0", "255", "257", "512"})
    void refusesSignaturesOfAnotherLength(int length) {
        assertFalse(KeyKind.verifies(RSA.getPublic(), AuthenticationMethod.RSA_SIGNATURE, HASH,
                Bytes.owning(new byte[length])));
    }

    @Test
    void refusesSignaturesThatAreNoRemainder() {
        Bytes large = Bytes.owning(filled(256));
        assertFalse(KeyKind.verifies(RSA.getPublic(), AuthenticationMethod.RSA_SIGNATURE, HASH, large));
    }

    /// RFC 4754 section 7: 64, 96 and 132 bytes.
    @ParameterizedTest
    @CsvSource({"secp256r1, ECDSA_256, 32, 64", "secp384r1, ECDSA_384, 48, 96", "secp521r1, ECDSA_521, 64, 132"})
    void ecdsaSignsWithFixedWidth(String curve, AuthenticationMethod method, int hashLength, int length) {
        KeyPair key = ec(curve);
        Credential credential = Credential.ofKey(key);
        Bytes hash = sequence(hashLength);
        Bytes signature = credential.sign(hash, RANDOM);
        assertEquals(method, credential.method());
        assertEquals(length, signature.length());
        assertTrue(KeyKind.verifies(key.getPublic(), method, hash, signature));
        assertFalse(KeyKind.verifies(key.getPublic(), method, sequence(hashLength - 1), signature));
        assertFalse(KeyKind.verifies(key.getPublic(), method, hash, signature.slice(0, length - 1)));
        assertFalse(KeyKind.verifies(key.getPublic(), method, hash, Bytes.owning(new byte[length])));
        assertFalse(KeyKind.verifies(key.getPublic(), AuthenticationMethod.RSA_SIGNATURE, hash, signature));
    }

    /// RFC 4754 section 8.1: the signature of "abc" with ECDSA-256, whose hash stands there too.
    @Test
    void ecdsaVerifiesTheVectorOfTheRfc() throws GeneralSecurityException {
        Bytes hash = Bytes.of(MessageDigest.getInstance("SHA-256").digest(new byte[]{'a', 'b', 'c'}));
        var point = new java.security.spec.ECPoint(
                new BigInteger("2442A5CC0ECD015FA3CA31DC8E2BBC70BF42D60CBCA20085E0822CB04235E970", 16),
                new BigInteger("6FC98BD7E50211A4A27102FA3549DF79EBCB4BF246B80945CDDFE7D509BBFD7D", 16));
        var curve = ((java.security.interfaces.ECPublicKey) ec("secp256r1").getPublic()).getParams();
        var key = KeyFactory.getInstance("EC").generatePublic(new java.security.spec.ECPublicKeySpec(point, curve));
        Bytes signature = Bytes.ofHex("CB28E0999B9C7715FD0A80D8E47A77079716CBBF917DD72E97566EA1C066957C"
                + "86FA3BB4E26CAD5BF90B7F81899256CE7594BB1EA0C89212748BFF3B3D5B0315");
        assertTrue(KeyKind.verifies(key, AuthenticationMethod.ECDSA_256, hash, signature));
    }

    @Test
    void otherCurvesHaveNoMethod() {
        KeyPair edwards = generate("Ed25519", generator -> generator);
        assertThrows(IllegalArgumentException.class, () -> Credential.ofKey(edwards));
    }

    @ParameterizedTest
    @CsvSource({"1024, false, true", "1024, true, false", "2048, false, false"})
    void shortKeysNeedPermission(int bits, boolean allowed, boolean weak) {
        KeyPair key = rsa(bits);
        assertEquals(weak, KeyKind.weakness(key.getPublic(), allowed).isPresent());
        Bytes signature = Credential.ofKey(key).sign(HASH, RANDOM);
        Verdict verdict = new PinnedKey(key.getPublic(), allowed).judge(claim(signature), Instant.EPOCH);
        assertEquals(weak, verdict instanceof Verdict.Refused(Verdict.Reason reason, _)
                && reason == Verdict.Reason.WEAK_KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "4", "65536"})
    void exponentsAreOddAndNotTiny(String exponent) {
        var modulus = ((RSAPublicKey) RSA.getPublic()).getModulus();
        RSAPublicKey key = new Numbers(modulus, new BigInteger(exponent));
        assertTrue(KeyKind.weakness(key, true).isPresent());
    }

    @Test
    void hugeKeysAreRefusedBeforeTheyCost() {
        BigInteger huge = BigInteger.ONE.shiftLeft(16383).setBit(0);
        assertTrue(KeyKind.weakness(new Numbers(huge, THREE), true).isPresent());
        BigInteger modulus = ((RSAPublicKey) RSA.getPublic()).getModulus();
        assertTrue(KeyKind.weakness(new Numbers(modulus, BigInteger.ONE.shiftLeft(64).setBit(0)), true).isPresent());
    }

    @Test
    void aPinnedKeyBelievesNoOther() {
        Verdict verdict = new PinnedKey(rsa(2048).getPublic(), false)
                .judge(claim(Credential.ofKey(RSA).sign(HASH, RANDOM)), Instant.EPOCH);
        var refused = assertInstanceOf(Verdict.Refused.class, verdict);
        assertEquals(Verdict.Reason.BAD_SIGNATURE, refused.reason());
    }

    private static Trust.Claim claim(Bytes signature) {
        return new Trust.Claim(AuthenticationMethod.RSA_SIGNATURE, Identity.parse("gw.example"), List.of(), HASH,
                signature);
    }

    /// A key that no key factory would make.
    private record Numbers(BigInteger getModulus, BigInteger getPublicExponent) implements RSAPublicKey {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return "RSA";
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }
}
