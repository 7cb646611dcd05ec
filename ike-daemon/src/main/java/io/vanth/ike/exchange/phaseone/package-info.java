/// What main mode and aggressive mode have in common: the agreed terms, the keys, the proofs of identity and how they are
/// judged, and refusals (RFC 2409 section 5).
package io.vanth.ike.exchange.phaseone;
