package io.vanth.ike.exchange.quickmode;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The notify by which a responder says that its lifetime is shorter than the offered one, which it must echo
/// (RFC 2407 section 4.6.3.1).
final class ResponderLifetime {
    private ResponderLifetime() {}

    /// What goes into message 2, if anything.
    static Optional<Payload.Notification> of(ReservingSpiForPeer request, Spi own) {
        boolean longer = request.selection().lifetime().map(offered -> offered.compareTo(request.lifetime()) > 0)
                .orElse(true);
        return longer
                ? Optional.of(Payload.Notification.of(PhaseTwoOffer.PROTO_ESP, Bytes.ofInt(own.value()),
                        NotifyType.RESPONDER_LIFETIME.code(), PhaseTwoOffer.lifetimeData(request.lifetime())))
                : Optional.empty();
    }

    /// What message 2 says.
    static Optional<Duration> in(List<Payload> payloads) {
        return payloads.stream().filter(Payload.Notification.class::isInstance).map(Payload.Notification.class::cast)
                .filter(each -> each.notifyType() == NotifyType.RESPONDER_LIFETIME.code()
                        && each.protocol() == PhaseTwoOffer.PROTO_ESP)
                .flatMap(each -> PhaseTwoOffer.lifetime(each.data()).stream()).findFirst();
    }
}
