package io.vanth.ike.session;

import io.vanth.dataplane.Spi;
import io.vanth.ike.exchange.quickmode.ChildSa;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.PhaseTwoOffer;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

/// Delete payloads (RFC 2408 section 3.15): they name what the sender will not receive any more.
final class Deletes {
    private Deletes() {}

    static Payload.Delete of(ChildSa child) {
        return of(child.inbound().spi());
    }

    static Payload.Delete of(Spi inbound) {
        return Payload.Delete.of(PhaseTwoOffer.PROTO_ESP, List.of(Bytes.ofInt(inbound.value())));
    }

    static Payload.Delete of(IsakmpSa sa) {
        return Payload.Delete.of(PhaseOneOffer.PROTO_ISAKMP,
                List.of(sa.cookies()));
    }
}
