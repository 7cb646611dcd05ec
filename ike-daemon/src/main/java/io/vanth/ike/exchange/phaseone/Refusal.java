package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.quickmode.HashedPayloads;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.List;
import java.util.Optional;

/// The informational message by which one side refuses the other's proof: encrypted with the fresh keys, its IV made
/// from the last phase 1 block and its message id (RFC 2409 appendix B), and authenticated by HASH(1) (section 5.7).
public final class Refusal {
    private Refusal() {}

    /// Tells the peer of `failure`, and goes on with `then`. "Once keying information has been exchanged [...] the
    /// Informational Exchange MUST be transmitted under the protection provided by the keying information" (RFC 2408
    /// section 4.8): so is every refusal but those that say that the keys themselves differ, which nobody could read.
    /// `material` has the cipher behind the last message of either side.
    public static Transition<PhaseOneResult> refuse(Failure failure, Negotiated negotiated, KeyMaterial material,
            Transition<PhaseOneResult> then) {
        return NotifyType.of(failure).<Transition<PhaseOneResult>>map(
                type -> new Transition.Refuse<>(type, write(type, negotiated, material), then)).orElse(then);
    }

    private static Bytes write(int type, Negotiated negotiated, KeyMaterial material) {
        int messageId = newMessageId(negotiated);
        Payload notification = Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP,
                Bytes.concat(negotiated.initiator().bytes(), negotiated.responder().bytes()), type, Bytes.EMPTY);
        Bytes hash = Authenticator.hash1(material.keys(), messageId,
                MessageWriter.writePayloads(List.of(notification)));
        var header = IsakmpHeader.of(negotiated.initiator(), negotiated.responder(),
                ExchangeType.INFORMATIONAL.code(), IsakmpHeader.FLAG_ENCRYPTED, messageId);
        return cipher(messageId, negotiated, material).seal(header, List.of(new Payload.Hash(hash), notification))
                .message();
    }

    private static int newMessageId(Negotiated negotiated) {
        int messageId;
        do {
            messageId = negotiated.own().random().nextInt();
        } while (messageId == 0);
        return messageId;
    }

    private static ExchangeCipher cipher(int messageId, Negotiated negotiated, KeyMaterial material) {
        return new ExchangeCipher(material.cipher().cipher(), MessageCipher.exchangeIv(negotiated.prf(),
                negotiated.proposal().cipher(), material.cipher().iv(), messageId));
    }

    /// What is to be made of an encrypted informational message in place of the peer's proof. It ends nothing at once: the
    /// peer may have refused a forgery, which it could not know from ours, and answer ours too.
    public static Transition<PhaseOneResult> read(EncryptedMessage message, Negotiated negotiated,
            KeyMaterial material) {
        int messageId = message.header().messageId();
        return switch (cipher(messageId, negotiated, material).open(message)) {
            case ExchangeCipher.Garbage(var reason) -> unreadable(negotiated, reason);
            case ExchangeCipher.Legible(var chain, _) -> authenticate(chain, messageId, negotiated, material);
        };
    }

    /// Not answered: the peer has just said that it gives up.
    private static Transition<PhaseOneResult> unreadable(Negotiated negotiated, String reason) {
        return new Transition.Suspect<>(Unreadable.failure(negotiated, "an encrypted refusal", reason),
                Optional.empty());
    }

    private static Transition<PhaseOneResult> authenticate(PayloadChain chain, int messageId, Negotiated negotiated,
            KeyMaterial material) {
        boolean authentic = HashedPayloads.of(chain).map(hashed -> Authenticator
                .matches(Authenticator.hash1(material.keys(), messageId, hashed.rest()), hashed.hash())).orElse(false);
        if (!authentic || ExchangeScript.INFORMATIONAL.violation(chain.payloads()).isPresent()) {
            return unreadable(negotiated, "its hash is wrong");
        }
        return chain.payloads().stream()
                .filter(payload -> payload instanceof Payload.Notification notification
                        && NotifyType.isError(notification.notifyType()))
                .map(Payload.Notification.class::cast).findFirst()
                .map(notification -> Transition
                        .<PhaseOneResult>suspect(refused(notification.notifyType(), negotiated)))
                .orElseGet(() -> Transition.stay("it is no refusal, and phase 1 is not done"));
    }

    private static String stage(Negotiated negotiated) {
        return switch (negotiated.mode()) {
            case MAIN -> "main mode message 5";
            case AGGRESSIVE -> "aggressive mode message 2";
        };
    }

    private static Failure refused(int type, Negotiated negotiated) {
        boolean identity = type == NotifyType.AUTHENTICATION_FAILED.code()
                || type == NotifyType.INVALID_ID_INFORMATION.code();
        return new Failure.PeerRefused(stage(negotiated), NotifyType.nameOf(type),
                identity
                        ? "the keys agree, so it does not accept our identity %s, expects to be called otherwise than %s, or wants another mode or authentication method"
                                .formatted(negotiated.connection().localId(), negotiated.connection().remoteId())
                        : "");
    }
}
