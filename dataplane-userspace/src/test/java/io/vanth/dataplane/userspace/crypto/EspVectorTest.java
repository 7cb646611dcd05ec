package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// ESP packets that others made.
final class EspVectorTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ROOM = 2048;
    private static final int IPV4_HEADER = 20;
    private static final int TUNNELED_IPV4 = 4;

    /// RFC 3602 section 4 cases 5 to 8 have no ICV; the test puts an HMAC-SHA1-96 behind them, made by the JDK.
    @Test
    void opensThePacketsOfRfc3602() throws Exception {
        List<Map<String, String>> cases = objects(corpus("esp/rfc3602.json"), "\"case\"");
        assertEquals(4, cases.size());
        for (Map<String, String> vector : cases) {
            byte[] integrityKey = new byte[20];
            byte[] packet = withMac(HEX.parseHex(vector.get("esp")), integrityKey);
            byte[] keys = concat(HEX.parseHex(vector.get("key")), integrityKey);
            EspOpener opener = EspOpener.of(EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96), keys);
            assertOpens(opener, packet, HEX.parseHex(vector.get("payload")));
            assertEquals(Integer.parseInt(vector.get("next_header")), opener.nextHeader());
        }
    }

    /// Case 7 as the RFC prints it, so that it is checked where the corpora are absent too: an ICMP
    /// packet in a tunnel.
    @Test
    void opensCase7OfRfc3602() throws Exception {
        byte[] esp = HEX.parseHex("0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c449225e4f3ce5ed611b0c"
                + "237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5"
                + "c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d");
        byte[] inner = HEX.parseHex("45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a2040008090a0b"
                + "0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637");
        byte[] integrityKey = new byte[20];
        byte[] keys = concat(HEX.parseHex("0123456789abcdef0123456789abcdef"), integrityKey);
        EspOpener opener = EspOpener.of(EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96), keys);
        assertOpens(opener, withMac(esp, integrityKey), inner);
        assertEquals(TUNNELED_IPV4, opener.nextHeader());
    }

    @Test
    void opensWholePacketsOfDpdk() throws Exception {
        List<Map<String, String>> vectors = objects(corpus("esp/whole-packets.json"), "\"name\"");
        assertEquals(2, vectors.size());
        for (Map<String, String> vector : vectors) {
            boolean gcm = vector.get("name").contains("gcm");
            EspTransform transform = gcm
                    ? EspTransform.aead(Cipher.AES_GCM_16, 128)
                    : EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA2_256_128);
            byte[] keys = concat(HEX.parseHex(vector.get("key")),
                    HEX.parseHex(gcm ? vector.get("salt") : vector.get("auth_key")));
            byte[] outer = HEX.parseHex(vector.get("output_text"));
            EspOpener opener = EspOpener.of(transform, keys);
            assertOpens(opener, Arrays.copyOfRange(outer, IPV4_HEADER, outer.length),
                    HEX.parseHex(vector.get("input_text")));
            assertEquals(TUNNELED_IPV4, opener.nextHeader());
        }
    }

    /// Wycheproof's AES-CCM tests with nonces of 11 bytes and associated data of 8, as RFC 4309 has them.
    @Test
    void ccmIsThatOfWycheproof() throws Exception {
        List<Map<String, String>> vectors = objects(corpus("wycheproof/aes_ccm_test.json"), "\"tcId\"").stream()
                .filter(each -> each.get("iv").length() == 22 && each.get("aad").length() == 16
                        && !each.get("msg").isEmpty())
                .toList();
        assertEquals(6, vectors.size());
        for (Map<String, String> vector : vectors) {
            byte[] key = HEX.parseHex(vector.get("key") + vector.get("iv").substring(0, 6));
            Ccm ccm = new Ccm(EspTransform.aead(Cipher.AES_CCM_16, vector.get("key").length() * 4), false, key);
            byte[] header = HEX.parseHex(vector.get("aad") + vector.get("iv").substring(6));
            byte[] text = HEX.parseHex(vector.get("msg"));
            byte[] encrypted = new byte[text.length];
            ccm.crypt(header, 8, text, 0, text.length, encrypted, 0);
            assertEquals(vector.get("ct"), HEX.formatHex(encrypted));
            assertEquals(vector.get("tag"), HEX.formatHex(ccm.tag(header, 0, 0, text, 0, text.length)));
        }
    }

    private static void assertOpens(EspOpener opener, byte[] packet, byte[] payload) throws Exception {
        byte[] out = new byte[ROOM];
        int length = opener.open(packet, 0, packet.length, out, EspOpener.HEADROOM);
        assertTrue(length >= 0, "reason " + length);
        assertArrayEquals(payload, Arrays.copyOfRange(out, EspOpener.HEADROOM, EspOpener.HEADROOM + length));
    }

    private static byte[] withMac(byte[] packet, byte[] key) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        return concat(packet, Arrays.copyOf(mac.doFinal(packet), Integrity.HMAC_SHA1_96.icvBytes()));
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static String corpus(String name) throws IOException {
        Path file = Path.of(System.getProperty("vanth.corpora", "")).resolve(name);
        assumeTrue(Files.isRegularFile(file), "no corpora at " + file);
        return Files.readString(file);
    }

    /// The string and number members of the objects of a JSON array, each object beginning with `first`.
    private static List<Map<String, String>> objects(String json, String first) {
        return Pattern.compile(Pattern.quote(first)).splitAsStream(json).skip(1)
                .map(text -> members(first + text)).toList();
    }

    private static Map<String, String> members(String text) {
        Map<String, String> members = new HashMap<>();
        Pattern.compile("\"(\\w+)\": \"?([^\",\\n]*)\"?").matcher(text).results()
                .forEach((MatchResult member) -> members.putIfAbsent(member.group(1), member.group(2)));
        return members;
    }
}
