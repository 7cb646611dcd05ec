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
