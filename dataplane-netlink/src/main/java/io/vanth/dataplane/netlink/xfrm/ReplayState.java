package io.vanth.dataplane.netlink.xfrm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What an SA knows of sequence numbers, set ahead: between the moment in which the kernel told it and the one in which it
/// is put in again, packets pass. Without a step ahead numbers would be sent twice, or replayed packets taken.
///
/// ```
///   XFRMA_REPLAY_VAL                       XFRMA_REPLAY_ESN_VAL
///   0 | last sent u32 |                    0 | words of bits u32 |
///   4 | last seen u32 |                    4 | last sent u32     |  low halves
///   8 | seen before it: 32 bits |          8 | last seen u32     |
///                                         12 | last sent u32     |  high halves
///                                         16 | last seen u32     |
///                                         20 | window u32        |
///                                         24 | seen before it: bits |
/// ```
final class ReplayState {
    /// More than can be sent meanwhile.
    static final int SENT_AHEAD = 1 << 16;
    /// More than comes meanwhile, and few, because they are lost if they come later.
    static final int SEEN_AHEAD = 64;

    private static final long LAST = 0xFFFF_FFFFL;
    private static final int SMALL_SENT = 0;
    private static final int SMALL_SEEN = 4;
    private static final int SMALL_BITS = 8;
    private static final int SENT = 4;
    private static final int SEEN = 8;
    private static final int SENT_HIGH = 12;
    private static final int SEEN_HIGH = 16;
    private static final int WINDOW = 20;
    private static final int BITS = 24;

    private ReplayState() {}

    /// The attribute's value, set ahead on the side of it that `outbound` says.
    ///
    /// @param large    whether it is of the second form
    /// @param extended whether numbers have 64 bits; else they end at 2^32 - 1, after which the kernel sends no more
    static byte[] ahead(byte[] value, boolean large, boolean extended, boolean outbound) {
        ByteBuffer state = ByteBuffer.wrap(value.clone()).order(ByteOrder.nativeOrder());
        if (outbound) {
            advance(state, large ? SENT : SMALL_SENT, extended ? SENT_HIGH : -1, SENT_AHEAD);
        } else if (!large || state.getInt(WINDOW) != 0) {
            advance(state, large ? SEEN : SMALL_SEEN, extended ? SEEN_HIGH : -1, SEEN_AHEAD);
            Arrays.fill(state.array(), large ? BITS : SMALL_BITS, value.length, (byte) -1);
        }
        return state.array();
    }

    /// How many packets may still be sent with numbers of 32 bits.
    ///
    /// @param value the attribute's, set ahead
    static long left(byte[] value, boolean large) {
        ByteBuffer state = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return LAST - Integer.toUnsignedLong(state.getInt(large ? SENT : SMALL_SENT));
    }

    private static void advance(ByteBuffer state, int low, int high, int step) {
        long number = Integer.toUnsignedLong(state.getInt(low)) + step;
        if (high < 0) {
            state.putInt(low, (int) Math.min(number, LAST));
        } else {
            state.putInt(low, (int) number);
            state.putInt(high, state.getInt(high) + (int) (number >>> Integer.SIZE));
        }
    }
}
