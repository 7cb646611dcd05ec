/// Main mode (RFC 2409 section 5), one record per state. The initiator goes [AwaitSelection], [GeneratingKey],
/// [AwaitKeyExchange], [Agreeing], [AwaitAuthentication]; the responder [AwaitPeerKey], [AgreeingWithPeer],
/// [AwaitIdentity].
package io.vanth.ike.exchange.mainmode;
