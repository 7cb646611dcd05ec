package io.vanth.ike.exchange.aggressive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.KeyAgreement;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.crypto.PhaseOneCipher;
import io.vanth.ike.exchange.Action;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.exchange.quickmode.HashedPayloads;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Corpora;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.interfaces.DHPrivateKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// An aggressive mode between other implementations, recorded with the initiator's secrets: put in its place, our states
/// come to the same.
class RecordedAggressiveModeTest {
    private static final InetAddress INITIATOR = InetAddress.ofLiteral("10.0.3.1");
    private static final InetAddress RESPONDER = InetAddress.ofLiteral("10.0.3.10");

    private IsakmpMessage first;
    private IsakmpMessage second;
    private IsakmpMessage third;
    private EncryptedMessage quickMode;
    private KeyAgreement key;
    private Connection connection;
    private Endpoint own;

    @BeforeEach
    void read() throws IOException, GeneralSecurityException {
        JsonNode recorded = new ObjectMapper()
                .readTree(Corpora.folder("handshakes").resolve("aggressive-psk.json").toFile());
        JsonNode messages = recorded.get("messages");
        JsonNode secrets = recorded.get("tests").get(0);
        first = clear(messages.get(0).get("request"));
        second = clear(messages.get(0).get("answer"));
        third = clear(messages.get(1).get("request"));
        quickMode = assertInstanceOf(EncryptedMessage.class,
                MessageReader.read(Bytes.ofHex(messages.get(2).get("request").asText())));
        key = new RecordedKey(privateKey(secrets.get("dh_private_pkcs8").get(0)), share(first).publicValue());
        Secret psk = Secret.owning(secrets.get("psk").asText().getBytes(StandardCharsets.US_ASCII));
        connection = ConnectionDraft.change(ConnectionDraft.plain("site", INITIATOR, RESPONDER, psk), draft -> {
            draft.mode = PhaseOneMode.AGGRESSIVE;
            draft.proposals = List.of(ProposalNames.parseIke("aes128-sha1-modp1024"));
        });
        var path = new Path(new InetSocketAddress(INITIATOR, 500), new InetSocketAddress(RESPONDER, 500), false);
        own = new Endpoint(first.header().initiator(), path, new SecureRandom(), InstantSource.system());
    }

    private static IsakmpMessage clear(JsonNode digits) {
        return assertInstanceOf(IsakmpMessage.class, MessageReader.read(Bytes.ofHex(digits.asText())));
    }

    private static PeerShare share(IsakmpMessage message) {
        return PeerShare.of(message.payloads());
    }

    private static DHPrivateKey privateKey(JsonNode pkcs8) throws GeneralSecurityException {
        return (DHPrivateKey) KeyFactory.getInstance("DH")
                .generatePrivate(new PKCS8EncodedKeySpec(Bytes.ofHex(pkcs8.asText()).toArray()));
    }

    /// A key that somebody else has made.
    private record RecordedKey(DHPrivateKey key, Bytes publicValue) implements KeyAgreement {
        @Override
        public DhGroup group() {
            return DhGroup.of(2).orElseThrow();
        }

        @Override
        public Result agree(Bytes peerPublic) {
            BigInteger prime = key.getParams().getP();
            byte[] shared = new BigInteger(1, peerPublic.toArray()).modPow(key.getX(), prime).toByteArray();
            int length = group().sharedLength();
            byte[] padded = new byte[length];
            byte[] digits = shared.length > length ? Arrays.copyOfRange(shared, 1, shared.length) : shared;
            System.arraycopy(digits, 0, padded, length - digits.length, digits.length);
            return new Agreed(Secret.owning(padded));
        }

        @Override
        public void close() {
            // It is no secret any more.
        }
    }

    private static PhaseOneResult done(Transition<PhaseOneResult> transition) {
        return (PhaseOneResult) assertInstanceOf(Transition.Done.class, transition).result();
    }

    @Test
    void the_initiator_believes_the_recorded_responder_and_proves_itself_as_the_recorded_one_did() {
        var offer = ExchangeScript.only(first.payloads(), Payload.Sa.class);
        var waiting = new AwaitAnswer(connection, own, offer, key, share(first).nonce(), () -> false);
        var agreeing = assertInstanceOf(Transition.Next.class, waiting.on(new Input.Clear(second, own.path())));
        var compute = assertInstanceOf(Action.Compute.class, agreeing.actions().getLast());
        var computed = new Input.Computed(compute.computation().perform(own.random()));
        var transition = assertInstanceOf(Agreeing.class, agreeing.state()).on(computed);
        PhaseOneResult result = done(transition);
        var reply = assertInstanceOf(Action.Reply.class,
                assertInstanceOf(Transition.Done.class, transition).actions().getLast());
        var sent = assertInstanceOf(EncryptedMessage.class, MessageReader.read(reply.message()));
        var opened = assertInstanceOf(ExchangeCipher.Legible.class, cipher(result, iv()).open(sent));
        assertEquals(ExchangeScript.only(third.payloads(), Payload.Hash.class),
                ExchangeScript.only(opened.chain().payloads(), Payload.Hash.class));
    }

    private Bytes iv() {
        return MessageCipher.phaseOneIv(negotiated().prf(), PhaseOneCipher.AES_CBC, share(first).publicValue(),
                share(second).publicValue());
    }

    private static ExchangeCipher cipher(PhaseOneResult result, Bytes iv) {
        return new ExchangeCipher(new MessageCipher(PhaseOneCipher.AES_CBC, result.keys().cipherKey()), iv);
    }

    private Negotiated negotiated() {
        var offer = ExchangeScript.only(first.payloads(), Payload.Sa.class);
        return Negotiated.asInitiator(connection, PhaseOneMode.AGGRESSIVE, own, offer, second,
                new PhaseOneOffer.Agreed(connection.proposals().getFirst(),
                        connection.authentication().methods().getFirst()),
                Optional.empty());
    }

    /// Message 3 is in clear, so that quick mode's IV comes of the first of phase 1 (RFC 2409 appendix B).
    @Test
    void the_responder_believes_the_recorded_third_message_in_clear_and_reads_the_quick_mode_behind_it() {
        var negotiated = negotiated();
        var shared = assertInstanceOf(KeyAgreement.Agreed.class, key.agree(share(second).publicValue())).shared();
        var material = KeyMaterial.derive(negotiated, shared, share(first), share(second));
        var waiting = new AwaitProof(negotiated, material,
                ExchangeScript.only(first.payloads(), Payload.Identification.class));
        PhaseOneResult result = done(waiting.on(new Input.Clear(third, own.path())));
        assertEquals(iv(), result.lastBlock());
        int messageId = quickMode.header().messageId();
        Bytes iv = MessageCipher.exchangeIv(negotiated.prf(), PhaseOneCipher.AES_CBC, result.lastBlock(), messageId);
        var opened = assertInstanceOf(ExchangeCipher.Legible.class, cipher(result, iv).open(quickMode));
        var hashed = HashedPayloads.of(opened.chain()).orElseThrow();
        assertTrue(Authenticator.matches(Authenticator.hash1(result.keys(), messageId, hashed.rest()), hashed.hash()));
    }

    @Test
    void another_hash_in_the_third_message_is_refused() {
        var negotiated = negotiated();
        var shared = assertInstanceOf(KeyAgreement.Agreed.class, key.agree(share(second).publicValue())).shared();
        var material = KeyMaterial.derive(negotiated, shared, share(first), share(second));
        var waiting = new AwaitProof(negotiated, material,
                ExchangeScript.only(first.payloads(), Payload.Identification.class));
        // S-17: the responder's own hash.
        var forged = new IsakmpMessage(third.header(),
                List.of(ExchangeScript.only(second.payloads(), Payload.Hash.class)));
        assertInstanceOf(Transition.Suspect.class, waiting.on(new Input.Clear(forged, own.path())));
    }
}
