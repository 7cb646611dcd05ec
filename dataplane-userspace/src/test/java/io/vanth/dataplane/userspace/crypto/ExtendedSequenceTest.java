package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Sequence numbers of 64 bits, of which the packet has 32.
final class ExtendedSequenceTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SPI = 0xA5F8;
    private static final int NEXT_HEADER = 4;
    private static final int HEADER = 8;
    private static final long SEQUENCE = 0x1122_3344_8000_0001L;
    private static final List<Long> OTHERS = List.of(0x8000_0001L, 0x1122_3343_8000_0001L, 0x1122_3345_8000_0001L,
            0xFFFF_FFFF_8000_0001L);

    private final Random random = new Random(64);

    static Stream<EspTransform> transforms() {
        return EspRoundTripTest.transforms();
    }

    @ParameterizedTest
    @MethodSource("transforms")
    void opensWithTheHighHalfItWasSealedWithOnly(EspTransform transform) throws Exception {
        byte[] keys = bytes(transform.keyBytes());
        byte[] payload = bytes(77);
        byte[] packet = seal(EspSealer.of(transform, true, keys, new SecureRandom()), payload);
        assertEquals("0000a5f880000001", HEX.formatHex(packet, 0, HEADER), "RFC 4303 section 2.2.1: the low half");
        EspOpener opener = EspOpener.of(transform, true, keys);
        for (long other : OTHERS) {
            assertEquals(EspOpener.BAD_INTEGRITY, open(opener, other, packet, new byte[packet.length + 16]));
        }
        byte[] out = new byte[packet.length + EspOpener.HEADROOM];
        assertEquals(payload.length, open(opener, SEQUENCE, packet, out));
        assertArrayEquals(payload,
                Arrays.copyOfRange(out, EspOpener.HEADROOM, EspOpener.HEADROOM + payload.length));
    }

    @ParameterizedTest
    @MethodSource("transforms")
    void theHighHalfCountsWhereNumbersAreExtendedOnly(EspTransform transform) throws Exception {
        byte[] keys = bytes(transform.keyBytes());
        byte[] packet = seal(EspSealer.of(transform, keys, new SecureRandom()), bytes(60));
        byte[] out = new byte[packet.length + EspOpener.HEADROOM];
        assertEquals(60, open(EspOpener.of(transform, keys), 7, packet, out));
        assertEquals(EspOpener.BAD_INTEGRITY, open(EspOpener.of(transform, true, keys), SEQUENCE, packet, out));
    }

    /// RFC 4303 section 2.2.1: the high half is appended to the packet for the ICV, and not sent.
    @Test
    void anHmacCoversTheHighHalfBehindThePacket() throws Exception {
        EspTransform transform = EspTransform.of(Cipher.NULL, 0, Integrity.HMAC_SHA2_256_128);
        byte[] key = bytes(transform.keyBytes());
        byte[] packet = seal(EspSealer.of(transform, true, key, new SecureRandom()), bytes(30));
        int end = packet.length - transform.icvBytes();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(packet, 0, end);
        byte[] full = mac.doFinal(HEX.parseHex("11223344"));
        assertArrayEquals(Arrays.copyOf(full, transform.icvBytes()),
                Arrays.copyOfRange(packet, end, packet.length));
    }

    /// RFC 4106 sections 3.1, 4 and 5: the IV is unique, the nonce is salt and IV, the AAD has SPI and 64 bits.
    @Test
    void gcmAuthenticatesTheWholeNumberAndCountsWithIt() throws Exception {
        EspTransform transform = EspTransform.aead(Cipher.AES_GCM_16, 128);
        byte[] keys = HEX.parseHex("000102030405060708090a0b0c0d0e0f" + "cafebabe");
        byte[] packet = seal(EspSealer.of(transform, true, keys, new SecureRandom()), bytes(30));
        assertEquals("1122334480000001", HEX.formatHex(packet, HEADER, HEADER + 8));
        javax.crypto.Cipher gcm = javax.crypto.Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(javax.crypto.Cipher.DECRYPT_MODE, new SecretKeySpec(keys, 0, 16, "AES"),
                new GCMParameterSpec(128, HEX.parseHex("cafebabe" + "1122334480000001")));
        gcm.updateAAD(HEX.parseHex("0000a5f8" + "1122334480000001"));
        assertEquals(32, gcm.doFinal(packet, HEADER + 8, packet.length - HEADER - 8).length);
    }

    /// The same 32 bits in the next 2³² packets make other packets: nothing that must be unique comes twice.
    @ParameterizedTest
    @MethodSource("transforms")
    void theIvKnowsTheHighHalf(EspTransform transform) throws Exception {
        int ivBytes = transform.cipher().ivBytes();
        EspSealer sealer = EspSealer.of(transform, true, bytes(transform.keyBytes()), new SecureRandom());
        byte[] one = seal(sealer, SEQUENCE, new byte[20]);
        byte[] other = seal(sealer, SEQUENCE + (1L << 32), new byte[20]);
        assertTrue(ivBytes == 0 || !Arrays.equals(one, HEADER, HEADER + ivBytes, other, HEADER, HEADER + ivBytes));
        assertFalse(Arrays.equals(one, other));
    }

    private static byte[] seal(EspSealer sealer, byte[] payload) throws Exception {
        return seal(sealer, SEQUENCE, payload);
    }

    private static byte[] seal(EspSealer sealer, long sequence, byte[] payload) throws Exception {
        byte[] plain = Arrays.copyOf(payload, payload.length + EspSealer.TAILROOM);
        byte[] out = new byte[sealer.spaceFor(payload.length)];
        return Arrays.copyOf(out, sealer.seal(SPI, sequence, NEXT_HEADER, plain, 0, payload.length, out, 0));
    }

    private static int open(EspOpener opener, long sequence, byte[] packet, byte[] out) throws Exception {
        return opener.open(sequence, packet, 0, packet.length, out, EspOpener.HEADROOM);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
