package io.vanth.ike.exchange.phaseone;

import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The notify by which a responder says that its lifetime of the ISAKMP SA is shorter than the offered one, which its
/// answer must repeat (RFC 2407 section 4.6.3.1). It goes with the last message of main mode; after aggressive mode, which
/// must not have it, in a message of its own (section 4.6.3).
public final class ResponderLifetime {
    private ResponderLifetime() {}

    /// What a responder with these terms has to say, if anything.
    public static Optional<Payload.Notification> of(Negotiated negotiated) {
        return negotiated.shortened()
                ? Optional.of(Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP,
                        Bytes.concat(negotiated.initiator().bytes(), negotiated.responder().bytes()),
                        NotifyType.RESPONDER_LIFETIME.code(), PhaseOneOffer.lifetimeData(negotiated.lifetime())))
                : Optional.empty();
    }

    /// What a responder says.
    public static Optional<Duration> in(List<Payload> payloads) {
        return payloads.stream().filter(Payload.Notification.class::isInstance).map(Payload.Notification.class::cast)
                .filter(each -> each.notifyType() == NotifyType.RESPONDER_LIFETIME.code()
                        && each.protocol() == PhaseOneOffer.PROTO_ISAKMP)
                .flatMap(each -> PhaseOneOffer.lifetime(each.data()).stream()).findFirst();
    }
}
