package io.vanth.ike.exchange;

import io.vanth.ike.crypto.AuthenticationMethod;
import io.vanth.ike.crypto.PhaseOneKeys;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.Payload;
import java.time.Duration;
import java.util.Optional;

/// What phase 1 is for: an authenticated peer and keys.
///
/// @param mode           the exchange by which it came about
/// @param method         how both sides proved who they are
/// @param keys           owned by the receiver
/// @param lastBlock      the last block of the last message, from which the IVs of phase 2 are made
/// @param lifetime       the shorter of the two sides'
/// @param notice         what the responder has still to say, under the SA
/// @param deadPeerDetection whether the peer speaks RFC 3706
/// @param initialContact whether the peer said that it knows of no other SA with us
public record PhaseOneResult(Connection connection, PhaseOneMode mode, Report.Role role, Cookie initiator,
        Cookie responder, IkeProposal proposal, AuthenticationMethod method, PhaseOneKeys keys, Bytes lastBlock,
        Identity remoteId, Duration lifetime, Optional<Payload.Notification> notice, NatFindings nat,
        boolean deadPeerDetection, boolean initialContact) {}
