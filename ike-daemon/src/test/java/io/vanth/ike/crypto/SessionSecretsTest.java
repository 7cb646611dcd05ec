package io.vanth.ike.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

import static io.vanth.ike.crypto.Handshakes.cookie;
import static io.vanth.ike.crypto.Handshakes.exposed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The secrets of four recorded sessions: aggressive mode with AES-128, SHA-1 and group 2, seen by the initiator.
class SessionSecretsTest {
    private static final Prf PRF = new Prf(HashAlgorithm.SHA1);
    private static final PhaseOneCipher CIPHER = PhaseOneCipher.AES_CBC;

    @Test
    void theChainOfSecrets() throws IOException {
        checkChain("testComputeSecretKeys");
    }

    @Test
    void theIvOfAnInformationalExchange() throws IOException {
        JsonNode vector = vector("testComputeSecretKeysInformationalExchange");
        checkChain("testComputeSecretKeysInformationalExchange");
        Map<String, Bytes> set = settings(vector);
        Bytes phaseOneIv = MessageCipher.phaseOneIv(PRF, CIPHER, set.get("setKeyExchangeData"),
                set.get("setPeerKeyExchangeData"));
        assertEquals(expected(vector).get(7), MessageCipher.exchangeIv(PRF, CIPHER, phaseOneIv, 0xd8029d42));
    }

    private static void checkChain(String name) throws IOException {
        JsonNode vector = vector(name);
        List<Bytes> expected = expected(vector);
        Map<String, Bytes> set = settings(vector);
        try (PhaseOneKeys keys = keys(vector, set)) {
            Bytes initiator = set.get("setKeyExchangeData");
            Bytes responder = set.get("setPeerKeyExchangeData");
            assertEquals(expected.get(0), exposed(keys.skeyid()));
            assertEquals(expected.get(1), exposed(keys.skeyidD()));
            assertEquals(expected.get(2), exposed(keys.skeyidA()));
            assertEquals(expected.get(3), exposed(keys.skeyidE()));
            assertEquals(expected.get(4), exposed(keys.cipherKey()));
            assertEquals(expected.get(5), MessageCipher.phaseOneIv(PRF, CIPHER, initiator, responder));
            assertEquals(expected.get(6),
                    Authenticator.hashR(keys.prf(), keys, initiator, responder, cookie(set.get("setInitiatorCookie")),
                            cookie(set.get("setResponderCookie")), set.get("setSAOfferBody"),
                            set.get("setPeerIdentificationPayloadBody")));
        }
    }

    /// The second of the two secrets begins with a zero byte.
    @Test
    void aSecretKeepsItsLeadingZeros() throws IOException, GeneralSecurityException {
        JsonNode keyspecs = vector("testComputeDHSecret").get("keyspecs");
        Bytes own = Handshakes.publicValue(keyspecs.get(1).get(1));
        Bytes peer = Handshakes.publicValue(keyspecs.get(2).get(1));
        try (KeyAgreement side = Handshakes.side(keyspecs.get(0).get(1))) {
            assertEquals(own, side.publicValue());
            Bytes shared = KeyAgreementTest.agreed(side.agree(peer));
            assertEquals(128, shared.length());
            assertEquals("001c25a7bef0ca24", shared.slice(0, 8).hex());
        }
    }

    /// 36 bytes of KEYMAT: AES-128 and HMAC-SHA-1, two rounds of the PRF. The outbound SPI is the peer's.
    @Test
    void keymatOfBothDirections() throws IOException {
        JsonNode vector = vector("testComputeKeyMaterial");
        List<Bytes> expected = expected(vector);
        Map<String, Bytes> set = settings(vector);
        try (PhaseOneKeys keys = keys(vector, set)) {
            assertEquals(expected.get(0), exposed(keys.cipherKey()));
            assertEquals(expected.get(1), MessageCipher.phaseOneIv(PRF, CIPHER, set.get("setKeyExchangeData"),
                    set.get("setPeerKeyExchangeData")));
            assertEquals(expected.get(2), keymat(keys, set, "setOutboundSpi"));
            assertEquals(expected.get(3), keymat(keys, set, "setInboundSpi"));
        }
    }

    private static Bytes keymat(PhaseOneKeys keys, Map<String, Bytes> set, String spi) {
        try (Secret keymat = PhaseTwoKeys.keymat(keys, Optional.empty(), SecurityProtocol.ESP,
                new Spi(set.get(spi).intAt(0)), set.get("phase 2 setInitiatorNonce"),
                set.get("phase 2 setResponderNonce"), 36)) {
            return exposed(keymat);
        }
    }

    private static PhaseOneKeys keys(JsonNode vector, Map<String, Bytes> set) {
        try (Secret preShared = Handshakes.text(vector.get("psk"));
                Secret shared = Secret.owning(set.get("setDHSecret").toArray())) {
            Secret skeyid = PhaseOneKeys.preSharedSkeyid(PRF, preShared, set.get("setInitiatorNonce"),
                    set.get("setResponderNonce"));
            return PhaseOneKeys.derive(PRF, skeyid, shared, cookie(set.get("setInitiatorCookie")),
                    cookie(set.get("setResponderCookie")), CIPHER, 128);
        }
    }

    private static JsonNode vector(String name) throws IOException {
        return StreamSupport.stream(Handshakes.read("session-secrets.json").get("vectors").spliterator(), false)
                .filter(each -> each.get("test").asText().equals(name)).findFirst().orElseThrow();
    }

    /// What is set, by its name. What is set twice is the nonces: first those of phase 1, then those of phase 2.
    private static Map<String, Bytes> settings(JsonNode vector) {
        Map<String, Bytes> settings = new HashMap<>();
        for (JsonNode pair : vector.get("set")) {
            String name = pair.get(0).asText();
            settings.merge(settings.containsKey(name) ? "phase 2 " + name : name, Handshakes.hex(pair.get(1)),
                    (first, second) -> first);
        }
        assertTrue(settings.containsKey("setDHSecret"));
        return settings;
    }

    private static List<Bytes> expected(JsonNode vector) {
        return StreamSupport.stream(vector.get("expected").spliterator(), false)
                .map(pair -> Handshakes.hex(pair.get(0))).toList();
    }
}
