package io.vanth.ike.exchange;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.ike.wire.Bytes;

/// What a state of an exchange wants done; the session turns it into effects.
public sealed interface Action {
    /// Send a message and send it again until the exchange moves on.
    record Request(Bytes message) implements Action {}

    /// Send a message once; it is sent again when the peer's message comes again.
    record Reply(Bytes message) implements Action {}

    /// Send a reply, and once more by itself: the peer's next message is its last one, so that it does not send it again
    /// when it was lost.
    record Prompt(Bytes message) implements Action {}

    /// Do slow arithmetic; comes back as [Input.Computed].
    record Compute(Computation computation) implements Action {}

    /// Reserve an SPI; comes back as [Input.SpiReserved].
    record ReserveSpi() implements Action {}

    /// Install the inbound SA; comes back as [Input.InboundInstalled].
    record InstallInbound(SecurityAssociation association) implements Action {}

    /// Tell the operator something that does not matter to the exchange.
    record Remark(String text) implements Action {}

    /// From here on messages go over the NAT traversal port (RFC 3947 section 4).
    record FloatPort() implements Action {}
}
