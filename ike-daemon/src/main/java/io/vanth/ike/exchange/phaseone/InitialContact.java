package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The notify by which a peer says that it knows of no other SA with us (RFC 2407 section 4.6.3.3).
public final class InitialContact {
    private InitialContact() {}

    /// Whether `payloads` say so.
    public static boolean in(List<Payload> payloads) {
        return payloads.stream().anyMatch(payload -> payload instanceof Payload.Notification notification
                && notification.notifyType() == NotifyType.INITIAL_CONTACT.code());
    }

    /// Our own.
    public static Payload payload(Negotiated negotiated) {
        return Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP,
                Bytes.concat(negotiated.initiator().bytes(), negotiated.responder().bytes()),
                NotifyType.INITIAL_CONTACT.code(), Bytes.EMPTY);
    }
}
