package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.crypto.Authenticator;
import io.vanth.ike.crypto.MessageCipher;
import io.vanth.ike.exchange.ExchangeCipher;
import io.vanth.ike.exchange.ExchangeScript;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Transition;
import io.vanth.ike.exchange.quickmode.HashedPayloads;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.util.Optional;

/// The informational message by which a responder refuses message 5: encrypted with the fresh keys, its IV made from the
/// last phase 1 block and its message id (RFC 2409 appendix B), and authenticated by HASH(1) (section 5.7).
final class Refusal {
    private Refusal() {}

    static Transition<PhaseOneResult> read(EncryptedMessage message, Negotiated negotiated, KeyMaterial material) {
        int messageId = message.header().messageId();
        var cipher = new ExchangeCipher(material.cipher().cipher(), MessageCipher.exchangeIv(negotiated.prf(),
                negotiated.proposal().cipher(), material.cipher().iv(), messageId));
        return switch (cipher.open(message)) {
            case ExchangeCipher.Garbage(var reason) -> unreadable(reason);
            case ExchangeCipher.Legible(var chain, _) -> authenticate(chain, messageId, negotiated, material);
        };
    }

    private static Transition<PhaseOneResult> unreadable(String reason) {
        // Not answered: the peer has just said that it gives up.
        return new Transition.Suspect<>(
                new Failure.PreSharedKeyMismatch("the answer to message 5 cannot be read: " + reason),
                Optional.empty());
    }

    private static Transition<PhaseOneResult> authenticate(PayloadChain chain, int messageId, Negotiated negotiated,
            KeyMaterial material) {
        boolean authentic = HashedPayloads.of(chain).map(hashed -> Authenticator
                .matches(Authenticator.hash1(material.keys(), messageId, hashed.rest()), hashed.hash())).orElse(false);
        if (!authentic || ExchangeScript.INFORMATIONAL.violation(chain.payloads()).isPresent()) {
            return unreadable("its hash is wrong");
        }
        return chain.payloads().stream()
                .filter(payload -> payload instanceof Payload.Notification notification
                        && NotifyType.isError(notification.notifyType()))
                .map(Payload.Notification.class::cast).findFirst()
                .map(notification -> Transition.<PhaseOneResult>fail(refused(notification.notifyType(), negotiated)))
                .orElseGet(() -> Transition.stay("it is no refusal, and phase 1 is not done"));
    }

    private static Failure refused(int type, Negotiated negotiated) {
        boolean identity = type == NotifyType.AUTHENTICATION_FAILED.code()
                || type == NotifyType.INVALID_ID_INFORMATION.code();
        return new Failure.PeerRefused("main mode message 5", NotifyType.nameOf(type),
                identity
                        ? "the keys agree, so it does not accept our identity %s, or expects to be called otherwise than %s"
                                .formatted(negotiated.connection().localId(), negotiated.connection().remoteId())
                        : "");
    }
}
