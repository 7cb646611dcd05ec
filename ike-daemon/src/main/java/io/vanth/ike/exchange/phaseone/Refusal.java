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

/// The informational message by which one side refuses the other's identity: encrypted with the fresh keys, its IV made
/// from the last phase 1 block and its message id (RFC 2409 appendix B), and authenticated by HASH(1) (section 5.7).
public final class Refusal {
    private Refusal() {}

    /// Ends the negotiation: the peer has proved that it has the keys, so it is told under them, and can believe it.
    /// `material` has the cipher behind the last message of either side, and is closed by the caller's state.
    public static Transition<PhaseOneResult> refuse(Failure failure, Negotiated negotiated, KeyMaterial material) {
        return NotifyType.of(failure)
                .<Transition<PhaseOneResult>>map(type -> new Transition.Refuse<>(failure, type,
                        write(type, negotiated, material)))
                .orElseGet(() -> Transition.fail(failure));
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

    /// What is to be made of an encrypted informational message in place of the peer's proof.
    public static Transition<PhaseOneResult> read(EncryptedMessage message, Negotiated negotiated,
            KeyMaterial material) {
        int messageId = message.header().messageId();
        return switch (cipher(messageId, negotiated, material).open(message)) {
            case ExchangeCipher.Garbage(var reason) -> unreadable(reason);
            case ExchangeCipher.Legible(var chain, _) -> authenticate(chain, messageId, negotiated, material);
        };
    }

    private static Transition<PhaseOneResult> unreadable(String reason) {
        // Not answered: the peer has just said that it gives up.
        return new Transition.Suspect<>(
                new Failure.PreSharedKeyMismatch("an encrypted refusal cannot be read: " + reason),
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
                        ? "the keys agree, so it does not accept our identity %s, or expects to be called otherwise than %s"
                                .formatted(negotiated.connection().localId(), negotiated.connection().remoteId())
                        : "");
    }
}
