package io.vanth.ike.session;

import io.vanth.ike.wire.Cookie;
import java.net.InetSocketAddress;

/// What a peer's first message is known by when it comes again: it does not bear our cookie yet.
record FirstMessage(Cookie initiator, InetSocketAddress peer) {
    /// The one that a peer began a negotiation with.
    static FirstMessage of(PhaseOneNegotiation negotiation) {
        return new FirstMessage(negotiation.peer(), negotiation.begunFrom());
    }
}
