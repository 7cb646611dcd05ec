package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.wire.Cookie;

/// Remembers some of the first messages that had to be dropped. Peers send theirs again, with the same cookie from the
/// same address; a flood that wants to fill the table of negotiations needs ever new ones.
final class Repetitions {
    /// Those of most of a minute at 20,000 a second.
    private static final int SLOT_BITS = 20;
    /// 2 to the power of 64 divided by the golden ratio, which scatters what is multiplied with it.
    private static final long SCATTER = 0x9E37_79B9_7F4A_7C15L;

    /// Only made in need.
    private int[] marks = {};

    /// Whether `datagram` was asked about before and is not forgotten yet; from now on it was.
    boolean again(Event.Datagram datagram) {
        if (marks.length == 0) {
            marks = new int[1 << SLOT_BITS];
        }
        long key = datagram.path().remote().hashCode();
        for (Cookie cookie : Cookie.pair(datagram.bytes())) {
            key = (key ^ cookie.value()) * SCATTER;
        }
        int slot = (int) (key >>> Long.SIZE - SLOT_BITS);
        int mark = (int) (key >>> 8) | 1;
        boolean again = marks[slot] == mark;
        marks[slot] = mark;
        return again;
    }
}
