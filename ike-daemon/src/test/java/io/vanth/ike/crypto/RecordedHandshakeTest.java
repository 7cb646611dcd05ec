package io.vanth.ike.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;

import static io.vanth.ike.crypto.Handshakes.cookie;
import static io.vanth.ike.crypto.Handshakes.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Handshakes between other implementations: their hashes verify, and their quick mode can be read.
class RecordedHandshakeTest {
    private static final Prf PRF = new Prf(HashAlgorithm.SHA1);

    @Test
    void anAggressiveModeAndTheQuickModeBehindIt() throws IOException, GeneralSecurityException {
        JsonNode recorded = Handshakes.read("aggressive-psk.json");
        JsonNode messages = recorded.get("messages");
        JsonNode secrets = recorded.get("tests").get(0);
        IsakmpMessage first = clear(messages.get(0).get("request"));
        IsakmpMessage second = clear(messages.get(0).get("answer"));
        IsakmpMessage third = clear(messages.get(1).get("request"));
        Bytes initiatorPublic = only(first, Payload.KeyExchange.class).body();
        Bytes responderPublic = only(second, Payload.KeyExchange.class).body();
        try (PhaseOneKeys keys = keys(secrets, first, second, responderPublic)) {
            Bytes saBody = only(first, Payload.Sa.class).body();
            assertEquals(only(second, Payload.Hash.class).body(),
                    Authenticator.hashR(keys.prf(), keys, initiatorPublic, responderPublic, second.header().initiator(),
                            second.header().responder(), saBody, only(second, Payload.Identification.class).body()));
            assertEquals(only(third, Payload.Hash.class).body(),
                    Authenticator.hashI(keys.prf(), keys, initiatorPublic, responderPublic, third.header().initiator(),
                            third.header().responder(), saBody, only(first, Payload.Identification.class).body()));
            checkQuickMode(keys, MessageCipher.phaseOneIv(PRF, PhaseOneCipher.AES_CBC, initiatorPublic,
                    responderPublic), messages.get(2));
        }
    }

    private static PhaseOneKeys keys(JsonNode secrets, IsakmpMessage first, IsakmpMessage second, Bytes responderPublic)
            throws GeneralSecurityException {
        try (KeyAgreement side = Handshakes.side(secrets.get("dh_private_pkcs8").get(0));
                Secret preShared = Handshakes.text(secrets.get("psk"));
                Secret shared = assertInstanceOf(KeyAgreement.Agreed.class, side.agree(responderPublic)).shared()) {
            assertEquals(only(first, Payload.KeyExchange.class).body(), side.publicValue());
            Secret skeyid = PhaseOneKeys.preSharedSkeyid(PRF, preShared, only(first, Payload.Nonce.class).body(),
                    only(second, Payload.Nonce.class).body());
            return PhaseOneKeys.derive(PRF, skeyid, shared, second.header().initiator(), second.header().responder(),
                    PhaseOneCipher.AES_CBC, 128);
        }
    }

    private static void checkQuickMode(PhaseOneKeys keys, Bytes phaseOneIv, JsonNode messages) {
        var cipher = new MessageCipher(PhaseOneCipher.AES_CBC, keys.cipherKey());
        EncryptedMessage first = encrypted(messages.get("request"));
        EncryptedMessage second = encrypted(messages.get("answer"));
        int messageId = first.header().messageId();
        assertTrue(cipher.aligned(first.ciphertext()));
        Bytes iv = MessageCipher.exchangeIv(PRF, PhaseOneCipher.AES_CBC, phaseOneIv, messageId);
        PayloadChain offer = decrypt(cipher, iv, first);
        assertEquals(hash(offer), Authenticator.hash1(keys, messageId, behindHash(offer)));
        assertEquals(first.ciphertext(), cipher.encrypt(iv, offer.bytes()));
        Bytes initiatorNonce = only(offer.payloads(), Payload.Nonce.class).body();

        PayloadChain answer = decrypt(cipher, cipher.lastBlock(first.ciphertext()), second);
        assertEquals(hash(answer), Authenticator.hash2(keys, messageId, initiatorNonce, behindHash(answer)));
        Bytes spi = only(answer.payloads(), Payload.Sa.class).proposals().getFirst().spi();
        assertEquals("cc23d268", spi.hex());
    }

    private static PayloadChain decrypt(MessageCipher cipher, Bytes iv, EncryptedMessage message) {
        return assertInstanceOf(PayloadChain.class, MessageReader.readPayloads(message.header().nextPayload(),
                cipher.decrypt(iv, message.ciphertext())));
    }

    private static Bytes hash(PayloadChain chain) {
        return assertInstanceOf(Payload.Hash.class, chain.payloads().getFirst()).body();
    }

    private static Bytes behindHash(PayloadChain chain) {
        return chain.bytes().slice(chain.ends().getFirst(), chain.end());
    }

    /// HASH_R for MD5 and SHA-1, from the self tests of a tool that guesses pre-shared keys.
    @Test
    void hashesOfResponders() throws IOException {
        JsonNode items = Handshakes.read("aggressive-psk-hashes.json").get("items");
        assertFalse(items.isEmpty());
        for (JsonNode item : items) {
            var prf = new Prf(HashAlgorithm.valueOf(item.get("hash").asText()));
            // g_xr, g_xi, cky_r, cky_i, sai_b, idir_b, ni_b, nr_b, hash_r
            JsonNode fields = item.get("fields");
            Cookie initiator = cookie(hex(fields.get(3)));
            Cookie responder = cookie(hex(fields.get(2)));
            try (Secret preShared = Handshakes.text(item.get("psk"));
                    Secret notNeeded = Secret.owning(new byte[1]);
                    PhaseOneKeys keys = PhaseOneKeys.derive(prf,
                            PhaseOneKeys.preSharedSkeyid(prf, preShared, hex(fields.get(6)), hex(fields.get(7))),
                            notNeeded, initiator, responder, PhaseOneCipher.AES_CBC, 128)) {
                assertEquals(hex(fields.get(8)),
                        Authenticator.hashR(keys.prf(), keys, hex(fields.get(1)), hex(fields.get(0)),
                                initiator, responder, hex(fields.get(4)), hex(fields.get(5))));
            }
        }
    }

    private static IsakmpMessage clear(JsonNode datagram) {
        return assertInstanceOf(IsakmpMessage.class, MessageReader.read(hex(datagram)));
    }

    private static EncryptedMessage encrypted(JsonNode datagram) {
        return assertInstanceOf(EncryptedMessage.class, MessageReader.read(hex(datagram)));
    }

    private static <P extends Payload> P only(IsakmpMessage message, Class<P> type) {
        return only(message.payloads(), type);
    }

    private static <P extends Payload> P only(List<Payload> payloads, Class<P> type) {
        List<P> found = payloads.stream().filter(type::isInstance).map(type::cast).toList();
        assertEquals(1, found.size());
        return found.getFirst();
    }
}
