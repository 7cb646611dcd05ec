/// Quick mode (RFC 2409 section 5.5), one record per state. The initiator goes [ReservingSpi], [GeneratingKey],
/// [AwaitResponse], [Agreeing], [InstallingInbound]; the responder [ReservingSpiForPeer], [AgreeingWithPeer],
/// [InstallingForPeer], [AwaitConfirmation]. In both roles the inbound SA is in place before the message after which the
/// peer may use it, and the outbound SA follows when the peer must have its own.
package io.vanth.ike.exchange.quickmode;
