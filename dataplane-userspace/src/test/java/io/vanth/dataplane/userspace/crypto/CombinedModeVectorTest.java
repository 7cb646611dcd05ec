package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/// Whole ESP packets in combined modes.
final class CombinedModeVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SALT = 4;

    /// draft-mcgrew-gcm-test-01 section 4, whose packets are key, nonce, associated data, text, ciphertext and tag;
    /// where the data has 12 bytes the sequence number is extended. RFC 4106 has no vectors of its own.
    @ParameterizedTest
    @CsvSource({
            "4c80cdefbb5d10da906ac73c3613a634, 2e443b684956ed7e3b244cfe, 000043218765432100000000,"
                    + "45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f75647003"
                    + "7369700963796265726369747902646b000021000101020201,"
                    + "fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d"
                    + "15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732, 459018148f6cbe722fd04796562dfdb4",
            "feffe9928665731c6d6a8f9467308308feffe9928665731c, cafebabefacedbaddecaf888, 0000a5f80000000a,"
                    + "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e501016d075680001,"
                    + "a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0315b27452144cc77,"
                    + "95457b9652037f5318027b5b4cd7a636",
            "abbccddef00112233445566778899aababbccddef00112233445566778899aab, 112233440102030405060708,"
                    + "4a2cbfe300000002,"
                    + "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf0000020405b4010104"
                    + "0201020201,"
                    + "ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e9"
                    + "9def842d8e, b335f4eecfdbf831824b4c4915956c96",
            "7d773d00c144c525ac619d18c84a3f47, d966426743457e9182443bc6, 335467aeffffffff, 01020201,"
                    + "437f866b, cb3f699fe9b0822bac961c4504bef270",
    })
    void opensGcmPackets(String key, String nonce, String associated, String text, String encrypted, String tag)
            throws Exception {
        for (Cipher cipher : new Cipher[]{Cipher.AES_GCM_16, Cipher.AES_GCM_12, Cipher.AES_GCM_8}) {
            String icv = tag.substring(0, 2 * cipher.icvBytes());
            assertOpens(cipher, key + nonce.substring(0, 2 * SALT), associated,
                    nonce.substring(2 * SALT) + encrypted + icv, text);
        }
    }

    /// draft-mcgrew-gcm-test-01's packet for RFC 4543.
    @ParameterizedTest
    @CsvSource("4c80cdefbb5d10da906ac73c3613a634, 22433c640000000000000000, 0000432100000007,"
            + "45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f70717273740102"
            + "0201, f2a9a836e155106aa8dcd618e4099aaa")
    void opensGmacPackets(String key, String nonce, String associated, String text, String tag) throws Exception {
        assertOpens(Cipher.AES_GMAC, key + nonce.substring(0, 2 * SALT), associated,
                nonce.substring(2 * SALT) + text + tag, text);
    }

    /// RFC 4309 has no vectors, and those of RFC 3610 and NIST SP 800-38C have nonces of other lengths; another
    /// implementation of CCM seals here, for all lengths of several blocks.
    @ParameterizedTest
    @EnumSource(value = Cipher.class, names = "AES_CCM_.*", mode = EnumSource.Mode.MATCH_ALL)
    void sealsCcmPacketsLikeBouncyCastle(Cipher cipher) throws Exception {
        Random random = new Random(4309);
        for (int length = 0; length < 70; length++) {
            boolean extended = length % 2 == 0;
            EspTransform transform = EspTransform.aead(cipher, cipher.keyBits().get(length % 3));
            byte[] keys = new byte[transform.keyBytes()];
            random.nextBytes(keys);
            long sequence = extended ? random.nextLong() : random.nextLong() & 0xFFFF_FFFFL;
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            byte[] plain = Arrays.copyOf(payload, length + EspSealer.TAILROOM);
            EspSealer sealer = EspSealer.of(transform, extended, keys, new SecureRandom());
            byte[] out = new byte[sealer.spaceFor(length)];
            int sealed = sealer.seal(0xC0FFEE, sequence, 4, plain, 0, length, out, 0);
            int text = sealed - 16 - transform.icvBytes();
            String number = HEX.toHexDigits(sequence);
            byte[] expected = ccm(transform, keys, number, "00c0ffee" + (extended ? number : number.substring(8)),
                    Arrays.copyOf(plain, text));
            assertArrayEquals(expected, Arrays.copyOfRange(out, 16, sealed), "length " + length);
        }
    }

    private static byte[] ccm(EspTransform transform, byte[] keys, String iv, String associated, byte[] text)
            throws Exception {
        int keyLength = transform.keyBits() / Byte.SIZE;
        String nonce = HEX.formatHex(keys, keyLength, keys.length) + iv;
        var ccm = CCMBlockCipher.newInstance(AESEngine.newInstance());
        ccm.init(true, new AEADParameters(new KeyParameter(keys, 0, keyLength), transform.icvBytes() * Byte.SIZE,
                HEX.parseHex(nonce), HEX.parseHex(associated)));
        byte[] out = new byte[text.length + transform.icvBytes()];
        int length = ccm.processBytes(text, 0, text.length, out, 0);
        ccm.doFinal(out, length);
        return out;
    }

    private static void assertOpens(Cipher cipher, String keys, String associated, String rest, String text)
            throws Exception {
        boolean extended = associated.length() == 24;
        EspTransform transform = EspTransform.aead(cipher,
                (keys.length() / 2 - cipher.saltBytes()) * Byte.SIZE);
        EspOpener opener = EspOpener.of(transform, extended, HEX.parseHex(keys));
        byte[] packet = HEX.parseHex(associated.substring(0, 8) + associated.substring(associated.length() - 8) + rest);
        byte[] out = new byte[EspOpener.HEADROOM + packet.length];
        long sequence = Long.parseUnsignedLong(associated.substring(8), 16);
        int payload = opener.open(sequence, packet, 0, packet.length, out, EspOpener.HEADROOM);
        int padding = HEX.parseHex(text)[text.length() / 2 - 2];
        assertEquals(text.length() / 2 - 2 - padding, payload);
        assertEquals(text.substring(0, 2 * payload),
                HEX.formatHex(out, EspOpener.HEADROOM, EspOpener.HEADROOM + payload));
    }
}
