package io.vanth.ike.exchange.mainmode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Input;
import io.vanth.ike.exchange.NatFindings;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.phaseone.Endpoint;
import io.vanth.ike.exchange.phaseone.KeyMaterial;
import io.vanth.ike.exchange.phaseone.Negotiated;
import io.vanth.ike.exchange.phaseone.PeerFeatures;
import io.vanth.ike.exchange.phaseone.PeerShare;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RefusalTest {
    private static final InetAddress OWN = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.2");
    private static final int MESSAGE_ID = 0x1234_5678;

    private static Negotiated negotiated(String psk) {
        var connection = ConnectionDraft.plain("site", OWN, PEER,
                Secret.owning(psk.getBytes(StandardCharsets.UTF_8)));
        var path = new Path(new InetSocketAddress(OWN, 500), new InetSocketAddress(PEER, 500), false);
        var own = new Endpoint(new Cookie(1), path, new SecureRandom(), InstantSource.system());
        return new Negotiated(connection, PhaseOneMode.MAIN, own, new Cookie(1), new Cookie(2),
                connection.proposals().getFirst(), AuthenticationMethod.PRE_SHARED_KEY, connection.lifetime(),
                false,
                Bytes.ofHex("00"), new PeerFeatures(Optional.empty(), false));
    }

    private static KeyMaterial material(String psk) {
        return KeyMaterial.derive(negotiated(psk), Secret.owning(new byte[32]),
                new PeerShare(Bytes.ofHex("01"), Bytes.ofHex("0102030405060708")),
                new PeerShare(Bytes.ofHex("02"), Bytes.ofHex("0807060504030201")));
    }

    private static AwaitAuthentication waiting() {
        return new AwaitAuthentication(negotiated("one"), material("one"), NatFindings.NONE);
    }

    /// An informational message under the keys that come of `psk`.
    private static Input message(String psk, List<Payload> content, boolean rightHash) {
        KeyMaterial material = material(psk);
        Negotiated negotiated = negotiated(psk);
        var cipher = new ExchangeCipher(material.cipher().cipher(), MessageCipher.exchangeIv(negotiated.prf(),
                negotiated.proposal().cipher(), material.cipher().iv(), MESSAGE_ID));
        Bytes hash = Authenticator.hash1(material.keys(), rightHash ? MESSAGE_ID : MESSAGE_ID + 1,
                MessageWriter.writePayloads(content));
        var payloads = new ArrayList<Payload>(content);
        payloads.addFirst(new Payload.Hash(hash));
        var header = IsakmpHeader.of(new Cookie(1), new Cookie(2), ExchangeType.INFORMATIONAL.code(),
                IsakmpHeader.FLAG_ENCRYPTED, MESSAGE_ID);
        var read = MessageReader.read(cipher.seal(header, payloads).message());
        return new Input.Encrypted(assertInstanceOf(EncryptedMessage.class, read),
                negotiated.own().path());
    }

    private static List<Payload> notify(NotifyType type) {
        return List.of(Payload.Notification.of(1, Bytes.EMPTY, type.code(), Bytes.EMPTY));
    }

    /// The peer may have refused a forgery, and answer the genuine message too.
    @Test
    void a_refusal_under_the_agreed_keys_is_the_reason_unless_a_better_answer_comes() {
        Transition<PhaseOneResult> transition = waiting()
                .on(message("one", notify(NotifyType.AUTHENTICATION_FAILED), true));
        var suspect = assertInstanceOf(Transition.Suspect.class, transition);
        var refused = assertInstanceOf(Failure.PeerRefused.class, suspect.failure());
        assertEquals("AUTHENTICATION-FAILED", refused.notification());
        assertTrue(refused.describe().contains("192.0.2.1"), refused.describe());
        assertEquals(Optional.empty(), suspect.answer());
    }

    @Test
    void a_refusal_under_other_keys_points_at_the_pre_shared_key_and_ends_nothing() {
        var transition = waiting().on(message("two", notify(NotifyType.AUTHENTICATION_FAILED), true));
        var suspect = assertInstanceOf(Transition.Suspect.class, transition);
        assertInstanceOf(Failure.PreSharedKeyMismatch.class, suspect.failure());
    }

    @Test
    void a_refusal_with_a_wrong_hash_ends_nothing() {
        var transition = waiting().on(message("one", notify(NotifyType.AUTHENTICATION_FAILED), false));
        assertInstanceOf(Transition.Suspect.class, transition);
    }

    @Test
    void what_is_no_error_ends_nothing() {
        var transition = waiting().on(message("one", notify(NotifyType.INITIAL_CONTACT), true));
        assertInstanceOf(Transition.Stay.class, transition);
    }
}
