package io.vanth.ike.exchange.mainmode;

import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// The notify by which a peer says that it knows of no other SA with us (RFC 2407 section 4.6.3.3).
final class InitialContact {
    private InitialContact() {}

    static boolean in(List<Payload> payloads) {
        return payloads.stream().anyMatch(payload -> payload instanceof Payload.Notification notification
                && notification.notifyType() == NotifyType.INITIAL_CONTACT.code());
    }
}
