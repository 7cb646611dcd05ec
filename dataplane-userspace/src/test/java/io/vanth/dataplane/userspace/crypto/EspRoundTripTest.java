package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Sealing and opening with every transform: lengths, damage and garbage.
final class EspRoundTripTest {
    private static final int SPI = 0xC0FFEE01;
    private static final int ROOM = 4096;
    private static final int NEXT_HEADER = 4;
    private static final int HEADER = 8;

    private final Random random = new Random(42);

    static Stream<EspTransform> transforms() {
        List<EspTransform> all = new ArrayList<>();
        for (Cipher cipher : Cipher.values()) {
            for (int keyBits : cipher.keyBits()) {
                if (cipher.isAead()) {
                    all.add(EspTransform.aead(cipher, keyBits));
                } else {
                    Stream.of(Integrity.values())
                            .forEach(integrity -> all.add(EspTransform.of(cipher, keyBits, integrity)));
                }
            }
        }
        return all.stream();
    }

    static Stream<EspTransform> withUnauthenticated() {
        return Stream.concat(transforms(), Stream.of(Cipher.AES_CBC, Cipher.TRIPLE_DES_CBC, Cipher.BLOWFISH_CBC)
                .map(cipher -> EspTransform.unauthenticated(cipher, cipher.keyBits().getFirst())));
    }

    @ParameterizedTest
    @MethodSource("withUnauthenticated")
    void opensWhatItSealed(EspTransform transform) throws Exception {
        byte[] keys = bytes(transform.keyBytes());
        EspSealer sealer = EspSealer.of(transform, keys, new SecureRandom());
        EspOpener opener = EspOpener.of(transform, keys);
        for (int length = 0; length < 100; length++) {
            byte[] payload = bytes(length);
            byte[] packet = seal(sealer, length + 1, payload);
            assertEquals(sealer.sealedLength(length), packet.length);
            assertEquals(0, (packet.length - transform.icvBytes()) % 4, "RFC 4303 section 2.4: the ICV is aligned");
            assertArrayEquals(payload, open(opener, packet));
            assertEquals(NEXT_HEADER, opener.nextHeader());
        }
    }

    /// Each byte of a packet is authenticated: header, IV, ciphertext, ICV.
    @ParameterizedTest
    @MethodSource("transforms")
    void refusesEveryDamagedByte(EspTransform transform) throws Exception {
        byte[] keys = bytes(transform.keyBytes());
        EspSealer sealer = EspSealer.of(transform, keys, new SecureRandom());
        EspOpener opener = EspOpener.of(transform, keys);
        byte[] payload = bytes(60);
        byte[] packet = seal(sealer, 1, payload);
        for (int index = 0; index < packet.length; index++) {
            byte[] damaged = packet.clone();
            damaged[index] ^= 0x10;
            assertEquals(EspOpener.BAD_INTEGRITY, result(opener, damaged), "byte " + index);
        }
        assertArrayEquals(payload, open(opener, packet), "a forgery before it leaves no trace");
    }

    /// Security requirement S-24: all lengths from 0 to 200.
    @ParameterizedTest
    @MethodSource("transforms")
    void refusesGarbageOfAnyLength(EspTransform transform) throws Exception {
        EspOpener opener = EspOpener.of(transform, bytes(transform.keyBytes()));
        Set<Integer> seen = new HashSet<>();
        for (int length = 0; length <= 200; length++) {
            int result = result(opener, bytes(length));
            assertTrue(result < 0, "length " + length);
            seen.add(result);
        }
        assertTrue(seen.containsAll(List.of(EspOpener.TOO_SHORT, EspOpener.BAD_ALIGNMENT, EspOpener.BAD_INTEGRITY)));
    }

    /// RFC 4106 section 3.1: "The IV MUST be unique for a given key." RFC 3602 section 3: unpredictable.
    @ParameterizedTest
    @MethodSource("transforms")
    void neverRepeatsAnIv(EspTransform transform) throws Exception {
        byte[] keys = bytes(transform.keyBytes());
        EspSealer sealer = EspSealer.of(transform, keys, new SecureRandom());
        EspSealer other = EspSealer.of(transform, keys, new SecureRandom());
        int ivBytes = transform.cipher().ivBytes();
        Set<String> ivs = new HashSet<>();
        for (int sequence = 1; sequence <= 1000 && ivBytes > 0; sequence++) {
            byte[] packet = seal(sealer, sequence, new byte[20]);
            assertTrue(ivs.add(Arrays.toString(Arrays.copyOfRange(packet, HEADER, HEADER + ivBytes))));
        }
        if (transform.cipher() == Cipher.AES_CBC) {
            assertNotEquals(Arrays.toString(seal(sealer, 1, new byte[20])),
                    Arrays.toString(seal(other, 1, new byte[20])), "what an IV depends on is drawn for each SA");
        }
    }

    private byte[] seal(EspSealer sealer, int sequence, byte[] payload) throws Exception {
        byte[] plain = Arrays.copyOf(payload, payload.length + EspSealer.TAILROOM);
        byte[] out = new byte[ROOM];
        int length = sealer.seal(SPI, sequence, NEXT_HEADER, plain, 0, payload.length, out, 0);
        return Arrays.copyOf(out, length);
    }

    private static byte[] open(EspOpener opener, byte[] packet) throws Exception {
        byte[] out = new byte[ROOM];
        int length = opener.open(packet, 0, packet.length, out, EspOpener.HEADROOM);
        assertTrue(length >= 0, "reason " + length);
        return Arrays.copyOfRange(out, EspOpener.HEADROOM, EspOpener.HEADROOM + length);
    }

    private static int result(EspOpener opener, byte[] packet) throws Exception {
        return opener.open(packet, 0, packet.length, new byte[ROOM], EspOpener.HEADROOM);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
