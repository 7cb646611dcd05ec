package io.vanth.ike.exchange;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Payload;
import java.util.List;

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

    /// A notify went or came with a message of the exchange itself.
    ///
    /// @param authenticated whether nobody else can have put it there
    record Notified(boolean sent, int type, boolean authenticated) implements Action {
        /// Those in our own message.
        public static List<Notified> sent(List<Payload> payloads) {
            return all(true, payloads, true);
        }

        /// Those in a peer's message, which has been believed.
        public static List<Notified> received(List<Payload> payloads, boolean authenticated) {
            return all(false, payloads, authenticated);
        }

        private static List<Notified> all(boolean sent, List<Payload> payloads, boolean authenticated) {
            return ExchangeScript.all(payloads, Payload.Notification.class).stream()
                    .map(each -> new Notified(sent, each.notifyType(), authenticated)).toList();
        }
    }

    /// From here on messages go over the NAT traversal port (RFC 3947 section 4).
    record FloatPort() implements Action {}
}
