package io.vanth.ike.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneCipher;
import io.vanth.ike.crypto.Prf;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.interfaces.DHPrivateKey;
import javax.crypto.spec.DHPublicKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Encrypted messages with their key at hand.
class DecrypterTest {
    private static final Cookie INITIATOR = new Cookie(0x0102030405060708L);
    private static final Cookie RESPONDER = new Cookie(0x1112131415161718L);
    private static final Bytes KEY = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
    private static final Prf PRF = new Prf(HashAlgorithm.SHA256);
    private static final Bytes PUBLIC_I = Bytes.ofHex("aa");
    private static final Bytes PUBLIC_R = Bytes.ofHex("bb");

    @TempDir
    private Path folder;

    /// RFC 2409 appendix B: the chain of IVs through main mode, and from its last block into each later exchange.
    @Test
    void followsTheIvsOfMainModeAndTwoQuickModes() throws IOException {
        var cipher = new MessageCipher(PhaseOneCipher.AES_CBC, Secret.copyOf(KEY.toArray()));
        Bytes iv = PRF.digest(PUBLIC_I, PUBLIC_R).slice(0, 16);
        Bytes fifth = cipher.encrypt(iv, MessageWriter.writePayloads(List.of(identity("initiator.example"))));
        Bytes sixth = cipher.encrypt(lastBlock(fifth), MessageWriter.writePayloads(List.of(identity("r.example"))));
        List<Bytes> datagrams = new ArrayList<>(mainMode());
        datagrams.add(encrypted(2, 0, 5, fifth));
        datagrams.add(encrypted(2, 0, 5, fifth));
        datagrams.add(encrypted(2, 0, 5, sixth));
        for (int messageId : List.of(7, -8)) {
            Bytes start = PRF.digest(lastBlock(sixth), Bytes.ofInt(messageId)).slice(0, 16);
            Bytes first = cipher.encrypt(start, MessageWriter.writePayloads(List.of(nonce(messageId))));
            Bytes second = cipher.encrypt(lastBlock(first), MessageWriter.writePayloads(List.of(nonce(9))));
            datagrams.add(encrypted(32, messageId, 10, first));
            datagrams.add(encrypted(32, messageId, 10, second));
        }
        List<JsonNode> lines = decode(INITIATOR + "," + KEY.hex(), datagrams);
        assertEquals("initiator.example", identity(lines.get(4)));
        assertEquals("initiator.example", identity(lines.get(5)));
        assertEquals("r.example", identity(lines.get(6)));
        assertEquals("0000000000000007", firstPayload(lines.get(7)).get("data").textValue());
        assertEquals("0000000000000009", firstPayload(lines.get(8)).get("data").textValue());
        assertEquals("fffffffffffffff8", firstPayload(lines.get(9)).get("data").textValue());
        assertEquals(4, lines.get(7).at("/message/encrypted/padding").intValue());
    }

    @Test
    void aKeyThatDoesNotFitLeavesTheMessageEncrypted() throws IOException {
        List<Bytes> datagrams = new ArrayList<>(mainMode());
        datagrams.add(encrypted(2, 0, 5, Bytes.owning(new byte[32])));
        datagrams.add(encrypted(2, 0, 5, Bytes.owning(new byte[31])));
        for (String key : List.of(KEY.hex(), "00", KEY.hex() + "00")) {
            List<JsonNode> lines = decode(INITIATOR + "," + key, datagrams);
            assertEquals(32, lines.get(4).at("/message/encrypted/bytes").intValue());
            assertFalse(lines.get(4).at("/message/encrypted").has("payloads"));
            assertFalse(lines.get(5).at("/message/encrypted").has("payloads"));
        }
    }

    @Test
    void keyFilesHaveComments() throws IOException {
        Path file = Files.writeString(folder.resolve("keys"),
                "# mine\n\n\"0102030405060708\",\"00ff\" # old\n1112131415161718, aabb\n");
        try (KeyTable table = KeyTable.read(file)) {
            assertEquals(Secret.owning(new byte[]{0, -1}), table.of(INITIATOR).orElseThrow());
            assertTrue(table.of(RESPONDER).isPresent());
        }
        Path bad = Files.writeString(folder.resolve("bad"), "0102030405060708,00ff\n0102,secret\n");
        var refusal = assertThrows(IOException.class, () -> KeyTable.read(bad));
        assertTrue(refusal.getMessage().contains("line 2") && !refusal.getMessage().contains("secret"));
    }

    /// A recorded aggressive mode, whose third message is in clear, and the quick mode behind it. The key is computed here
    /// from the recorded secrets: RFC 2409 section 5.
    @Test
    void aRecordedQuickModeIsDecrypted() throws IOException, GeneralSecurityException {
        Path corpus = Path.of(System.getProperty("vanth.corpora", "")).resolve("handshakes/aggressive-psk.json");
        assumeTrue(Files.exists(corpus), () -> "no corpora: " + corpus + " is not there");
        JsonNode record = new ObjectMapper().readTree(corpus.toFile());
        List<Bytes> datagrams = new ArrayList<>();
        for (JsonNode pair : record.get("messages")) {
            datagrams.add(Bytes.ofHex(pair.get("request").textValue()));
            datagrams.add(Bytes.ofHex(pair.get("answer").textValue()));
        }
        datagrams.removeIf(Bytes::isEmpty);
        byte[] key = recordedKey(record.at("/tests/0"), decode("", datagrams));
        String line = record.at("/tests/0/initiator_cookie/0").textValue() + "," + HexFormat.of().formatHex(key);
        List<JsonNode> lines = decode(line, datagrams);
        assertEquals(List.of(8, 1, 10, 5, 5), types(lines.get(3)));
        assertEquals("cc23d268", lines.get(4).at("/message/encrypted/payloads/1/proposals/0/spi").textValue());
    }

    private static byte[] recordedKey(JsonNode test, List<JsonNode> lines) throws GeneralSecurityException {
        var keys = KeyFactory.getInstance("DH");
        var own = (DHPrivateKey) keys.generatePrivate(
                new PKCS8EncodedKeySpec(hex(test.at("/dh_private_pkcs8/0").textValue())));
        byte[] initiatorNonce = hex(payload(lines.get(0), 10));
        byte[] responderNonce = hex(payload(lines.get(1), 10));
        var agreement = KeyAgreement.getInstance("DH");
        agreement.init(own);
        agreement.doPhase(keys.generatePublic(new DHPublicKeySpec(new BigInteger(1,
                hex(payload(lines.get(1), 4))), own.getParams().getP(), own.getParams().getG())), true);
        byte[] shared = agreement.generateSecret();
        byte[] cookies = hex(lines.get(1).at("/message/initiatorCookie").textValue()
                + lines.get(1).at("/message/responderCookie").textValue());
        byte[] skeyid = hmac(test.get("psk").textValue().getBytes(StandardCharsets.US_ASCII), initiatorNonce,
                responderNonce);
        byte[] skeyidD = hmac(skeyid, shared, cookies, new byte[]{0});
        byte[] skeyidA = hmac(skeyid, skeyidD, shared, cookies, new byte[]{1});
        byte[] skeyidE = hmac(skeyid, skeyidA, shared, cookies, new byte[]{2});
        return Arrays.copyOf(skeyidE, 16);
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static String payload(JsonNode line, int type) {
        for (JsonNode payload : line.at("/message/payloads")) {
            if (payload.get("type").intValue() == type) {
                return payload.get("data").textValue();
            }
        }
        throw new AssertionError("no payload " + type + " in " + line);
    }

    private static List<Integer> types(JsonNode line) {
        var types = new ArrayList<Integer>();
        line.at("/message/encrypted/payloads").forEach(payload -> types.add(payload.get("type").intValue()));
        return types;
    }

    private List<JsonNode> decode(String keys, List<Bytes> datagrams) throws IOException {
        var lines = new ArrayList<JsonNode>();
        try (KeyTable table = KeyTable.read(Files.writeString(folder.resolve("keys"), keys))) {
            var printed = new ArrayList<String>();
            var decoder = new FileDecoder(true, table, printed::add);
            for (Bytes datagram : datagrams) {
                decoder.decode(Files.write(folder.resolve("datagram.bin"), datagram.toArray()).toString());
            }
            for (String line : printed) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        return lines;
    }

    private static List<Bytes> mainMode() {
        var transform = new Payload.TransformItem(1, 1,
                List.of(Attribute.basic(1, 7), Attribute.basic(14, 128), Attribute.basic(2, 4)));
        var sa = Payload.Sa.of(List.of(new Payload.Proposal(1, 1, Bytes.EMPTY, List.of(transform))));
        return List.of(clear(Cookie.NONE, sa), clear(RESPONDER, sa),
                clear(RESPONDER, new Payload.KeyExchange(PUBLIC_I)),
                clear(RESPONDER, new Payload.KeyExchange(PUBLIC_R)));
    }

    private static Bytes clear(Cookie responder, Payload payload) {
        return MessageWriter.write(IsakmpHeader.of(INITIATOR, responder, 2, 0, 0), List.of(payload));
    }

    private static Bytes encrypted(int exchange, int messageId, int first, Bytes ciphertext) {
        return MessageWriter.writeEncrypted(
                IsakmpHeader.of(INITIATOR, RESPONDER, exchange, IsakmpHeader.FLAG_ENCRYPTED, messageId), first,
                ciphertext);
    }

    private static Payload identity(String name) {
        return Payload.Identification.of(2, 0, 0, Bytes.of(name.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Payload nonce(long value) {
        return new Payload.Nonce(new Cookie(value).bytes());
    }

    private static Bytes lastBlock(Bytes ciphertext) {
        return ciphertext.from(ciphertext.length() - 16);
    }

    private static JsonNode firstPayload(JsonNode line) {
        return line.at("/message/encrypted/payloads/0");
    }

    private static String identity(JsonNode line) {
        return firstPayload(line).get("identity").textValue();
    }
}
