package io.vanth.ike.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.exchange.VendorNames;
import io.vanth.ike.wire.Attribute;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What people and programs see of a datagram.
class RendererTest {
    private static final Payload.Sa SA = Payload.Sa.of(List.of(new Payload.Proposal(1, 3, Bytes.ofHex("c0ffee00"),
            List.of(new Payload.TransformItem(1, 20,
                    List.of(Attribute.basic(4, 1), Attribute.basic(6, 128), Attribute.basic(1, 1),
                            Attribute.variable(2, Bytes.ofInt(3600))))))));

    @Test
    void anSaIsSpelledOut() throws IOException {
        JsonNode message = json(datagram(SA)).get("message");
        assertEquals("isakmp", message.get("kind").textValue());
        assertEquals("0000000000000001", message.get("initiatorCookie").textValue());
        assertEquals("QUICK_MODE", message.get("exchangeName").textValue());
        assertEquals("0000002a", message.get("messageId").textValue());
        JsonNode proposal = message.at("/payloads/0/proposals/0");
        assertEquals("ESP", proposal.get("protocolName").textValue());
        assertEquals("c0ffee00", proposal.get("spi").textValue());
        JsonNode transform = proposal.at("/transforms/0");
        assertEquals("AES-GCM-16", transform.get("name").textValue());
        assertEquals("tunnel", transform.at("/attributes/0/valueName").textValue());
        assertEquals("life duration", transform.at("/attributes/3/name").textValue());
        assertEquals(3600, transform.at("/attributes/3/value").intValue());
        assertEquals(List.of("a.bin frame 1: ISAKMP QUICK_MODE, initiator 0000000000000001, responder 0000000000000002,"
                + " message id 0000002a, 80 bytes", "  SA DOI 1, situation 1", "    proposal 1, ESP, SPI c0ffee00",
                "      transform 1, AES-GCM-16", "        encapsulation mode = tunnel", "        key length = 128",
                "        life type = seconds", "        life duration = 3600"), text(datagram(SA)));
    }

    /// S-6: what a peer sent as text can't do anything to a terminal or a reader of logs.
    @Test
    void hostileTextIsEscaped() throws IOException {
        Bytes hostile = Bytes.of("a\\\u001b[2J\n\u009b\"\u202e".getBytes(StandardCharsets.UTF_8));
        String shown = "a\\\\\\x1b[2J\\x0a\\xc2\\x9b\"\\xe2\\x80\\xae";
        Bytes datagram = datagram(Payload.Identification.of(2, 0, 0, hostile));
        assertEquals(shown, json(datagram).at("/message/payloads/0/identity").textValue());
        assertEquals("  IDENTIFICATION FQDN " + shown + ", protocol 0, port 0", text(datagram).getLast());
        String raw = JsonRenderer.render(FileDecoder.frames("\u001b\u202e.bin", datagram).getFirst());
        assertTrue(raw.chars().allMatch(character -> character >= 0x20 && character <= 0x7e), raw);
    }

    @Test
    void identitiesAreReadable() throws IOException {
        assertEquals("10.1.0.0/255.255.0.0", identity(4, "0a010000ffff0000"));
        assertEquals("2001:db8:0:0:0:0:0:1", identity(5, "20010db8000000000000000000000001"));
        assertEquals("10.0.0.1-10.0.0.9", identity(7, "0a0000010a000009"));
        assertEquals("CN=gw", identity(9, "300d310b300906035504030c026777"));
        assertEquals("300d31", identity(9, "300d31"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RFC 3947", "draft-ietf-ipsec-nat-t-ike-02", "draft-ietf-ipsec-nat-t-ike-03",
            "FRAGMENTATION", "strongSwan"})
    void vendorIdsAreHashesOfTheirNames(String name) throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.US_ASCII));
        assertEquals(name, VendorNames.of(Bytes.of(hash)).orElseThrow());
    }

    @Test
    void everyKindOfPayloadHasAnObjectAndALine() throws IOException {
        var payloads = List.of(SA, new Payload.KeyExchange(Bytes.ofHex("01")),
                Payload.Certificate.of(4, Bytes.ofHex("02")),
                Payload.CertificateRequest.of(4, Bytes.ofHex("03")), new Payload.Hash(Bytes.ofHex("04")),
                new Payload.Signature(Bytes.ofHex("05")), new Payload.Nonce(Bytes.ofHex("06")),
                Payload.Notification.of(1, Bytes.EMPTY, 36136, Bytes.ofInt(7)),
                Payload.Delete.of(3, List.of(Bytes.ofInt(8), Bytes.ofInt(9))),
                new Payload.VendorId(Bytes.ofHex("afcad71368a1f1c96b8696fc77570100")),
                new Payload.NatDiscovery(20, Bytes.ofHex("10")), Payload.Fragment.of(1, 2, true, Bytes.ofHex("11")),
                new Payload.Unknown(200, Bytes.ofHex("12")));
        Bytes datagram = datagram(payloads.toArray(Payload[]::new));
        JsonNode shown = json(datagram).at("/message/payloads");
        assertEquals(payloads.size(), shown.size());
        assertEquals("R-U-THERE", shown.get(7).get("notifyName").textValue());
        assertEquals("00000009", shown.get(8).get("spis").get(1).textValue());
        assertEquals("Dead Peer Detection", shown.get(9).get("vendor").textValue());
        assertTrue(shown.get(11).get("last").booleanValue());
        assertTrue(text(datagram).contains("  DELETE ESP, SPIs 00000008, 00000009"), () -> text(datagram).toString());
        assertTrue(text(datagram).contains("  payload type 200 12"));
    }

    @Test
    void anEncryptedMessageShowsItsSize() throws IOException {
        Bytes datagram = MessageWriter.writeEncrypted(header(IsakmpHeader.FLAG_ENCRYPTED), 8,
                Bytes.owning(new byte[32]));
        assertEquals(32, json(datagram).at("/message/encrypted/bytes").intValue());
        assertFalse(json(datagram).get("message").has("payloads"));
    }

    @Test
    void malformedHasAReasonAndAnOffset() throws IOException {
        JsonNode line = json(datagram(SA).from(4));
        assertEquals(List.of("file", "frame", "malformed"), List.copyOf(line.properties().stream()
                .map(java.util.Map.Entry::getKey).toList()));
        assertTrue(line.at("/malformed/reason").isTextual());
        assertTrue(line.at("/malformed/offset").isInt());
    }

    @Test
    void datagramsWithoutPortsAreToldApart() throws IOException {
        Bytes message = datagram(new Payload.Nonce(Bytes.owning(new byte[16])));
        assertEquals("isakmp", kind(Bytes.concat(Bytes.ofInt(0), message)));
        assertEquals("nat-keepalive", kind(Bytes.ofHex("ff")));
        Bytes esp = Bytes.concat(Bytes.ofHex("c0ffee0000000007"), Bytes.owning(new byte[40]));
        JsonNode shown = json(esp).get("message");
        assertEquals("esp c0ffee00 7 48", "%s %s %d %d".formatted(shown.get("kind").textValue(),
                shown.get("spi").textValue(), shown.get("sequence").intValue(), shown.get("bytes").intValue()));
        assertTrue(json(Bytes.EMPTY).has("malformed"));
        assertTrue(json(Bytes.owning(new byte[30])).has("malformed"));
    }

    private static String kind(Bytes datagram) throws IOException {
        return json(datagram).at("/message/kind").textValue();
    }

    private static String identity(int type, String data) throws IOException {
        return json(datagram(Payload.Identification.of(type, 0, 0, Bytes.ofHex(data))))
                .at("/message/payloads/0/identity").textValue();
    }

    private static IsakmpHeader header(int flags) {
        return IsakmpHeader.of(new Cookie(1), new Cookie(2), ExchangeType.QUICK_MODE.code(), flags, 42);
    }

    private static Bytes datagram(Payload... payloads) {
        return MessageWriter.write(header(0), List.of(payloads));
    }

    private static JsonNode json(Bytes datagram) throws IOException {
        return new ObjectMapper().readTree(JsonRenderer.render(FileDecoder.frames("a.bin", datagram).getFirst()));
    }

    private static List<String> text(Bytes datagram) {
        return TextRenderer.render(FileDecoder.frames("a.bin", datagram).getFirst());
    }
}
