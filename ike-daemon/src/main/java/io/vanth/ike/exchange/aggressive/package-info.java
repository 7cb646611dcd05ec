/// Aggressive mode (RFC 2409 section 5), one record per state. The initiator goes [GeneratingKey], [AwaitAnswer],
/// [Agreeing]; the responder [AgreeingWithPeer], [AwaitProof]. With signatures, each goes through
/// [Judging][io.vanth.ike.exchange.phaseone.Judging] after the peer's proof and through
/// [Signing][io.vanth.ike.exchange.phaseone.Signing] before its own.
package io.vanth.ike.exchange.aggressive;
