package io.vanth.ike.session;

import java.time.Duration;

/// Two ISAKMP SAs of one connection: how they came to be beside each other, and which one goes.
record Rivals(IsakmpSa older, IsakmpSa newer) {
    /// SAs replaced sooner than this came of a collision, and both sides might delete the other's.
    private static final Duration COLLISION = Duration.ofSeconds(5);

    /// Whether the peer was at another address for one than for the other.
    boolean elsewhere() {
        return !older.path().remote().getAddress().equals(newer.path().remote().getAddress());
    }

    /// Whether the peer of the newer one has taken the place of the other, perhaps under another identity: it is at the very
    /// address and port of that one, and had no SA with us before (INITIAL-CONTACT, RFC 2407 section 4.6.3.3).
    boolean inherits() {
        return newer.result().initialContact() && newer.path().remote().equals(older.path().remote());
    }

    /// Whether both sides began at the same time.
    boolean collide() {
        return older.result().role() != newer.result().role()
                && Duration.between(older.established(), newer.established()).compareTo(COLLISION) < 0;
    }

    IsakmpSa winner() {
        return loser() == older ? newer : older;
    }

    /// Of two that collide, the one with the higher initiator cookie, which both sides see alike.
    IsakmpSa loser() {
        return Long.compareUnsigned(older.result().initiator().value(), newer.result().initiator().value()) < 0
                ? newer
                : older;
    }
}
