package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Tells peers that are not authenticated what was wrong with their messages, at a limited rate.
final class Strangers {
    private final EngineContext context;
    private final NotifyLimiter limiter = new NotifyLimiter();

    Strangers(EngineContext context) {
        this.context = context;
    }

    /// Sends a notify of `type` in clear, if one may go there now.
    void tell(Report.Subject subject, Path path, Cookie initiator, Cookie responder, int type) {
        if (!limiter.allows(path.remote().getAddress(), context.now())) {
            return;
        }
        var header = IsakmpHeader.of(initiator, responder, ExchangeType.INFORMATIONAL.code(), 0,
                context.random().nextInt());
        var notification = Payload.Notification.of(PhaseOneOffer.PROTO_ISAKMP, Bytes.EMPTY, type, Bytes.EMPTY);
        context.tell(new Report.Notify(subject, true, NotifyType.nameOf(type),
                false, ""));
        context.perform(new Effect.Send(path, MessageWriter.write(header, List.of(notification))));
    }
}
