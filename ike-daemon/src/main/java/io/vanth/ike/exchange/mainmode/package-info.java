/// Main mode (RFC 2409 section 5), one record per state. The initiator goes [AwaitSelection], [GeneratingKey],
/// [AwaitKeyExchange], [Agreeing], [AwaitAuthentication]; the responder [AwaitPeerKey], [AgreeingWithPeer],
/// [AwaitIdentity]. With signatures, each goes through [Signing][io.vanth.ike.exchange.phaseone.Signing] before its
/// last message and through [Judging][io.vanth.ike.exchange.phaseone.Judging] after the peer's.
package io.vanth.ike.exchange.mainmode;
