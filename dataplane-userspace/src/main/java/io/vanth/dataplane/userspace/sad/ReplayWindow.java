package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.ReplayProtection;

/// The sequence numbers of an inbound SA that were seen, after RFC 6479: a ring of words, of which one is cleared when
/// the window's head enters it, so that nothing is ever shifted. For one thread.
///
/// Look first ([#accepts(long)]), mark only after the packet is authentic ([#mark(long)]; RFC 4303 section 3.4.3).
public final class ReplayWindow {
    /// The smallest window.
    public static final int MIN = 32;
    /// The largest window.
    public static final int MAX = 4096;

    private static final int WORD_BITS = 6;

    private static final long LOW_HALF = 0xFFFF_FFFFL;

    private final int size;
    private final boolean extended;
    private final long[] words;
    private long highest;

    /// The window that an SA wants.
    public ReplayWindow(ReplayProtection wanted) {
        this(wanted.window(), wanted.extended());
    }

    /// A window of `size` packets; 0 switches it off.
    ///
    /// @param extended whether sequence numbers have 64 bits
    public ReplayWindow(int size, boolean extended) {
        if (size != 0 && (size < MIN || size > MAX)) {
            throw new IllegalArgumentException("replay window of " + size);
        }
        this.size = size;
        this.extended = extended;
        int needed = (size >>> WORD_BITS) + 2;
        this.words = new long[Integer.highestOneBit(needed - 1) << 1];
    }

    /// The whole sequence number of which a packet has the low 32 bits: the one that lies in the window or next to the
    /// right of it (RFC 4303 appendix A2.2). Negative when it would lie before the first.
    public long whole(int low) {
        long number = Integer.toUnsignedLong(low);
        if (!extended) {
            return number;
        }
        long high = highest & ~LOW_HALF;
        long bottom = (highest & LOW_HALF) - size + 1;
        if (bottom >= 0) {
            return number >= bottom ? high + number : high + number + (LOW_HALF + 1);
        }
        return number >= (bottom & LOW_HALF) ? high + number - (LOW_HALF + 1) : high + number;
    }

    /// Whether `number` is new, as far as the window reaches. 0 is never sent (RFC 4303 section 3.3.3).
    public boolean accepts(long number) {
        if (size == 0 || number > highest) {
            return true;
        }
        if (number <= 0 || highest - number >= size) {
            return false;
        }
        return (words[word(number)] & bit(number)) == 0;
    }

    /// Remembers `number`, which [#accepts(long)] accepted.
    ///
    /// @return whether it is the highest so far
    public boolean mark(long number) {
        boolean newHighest = number > highest;
        if (newHighest) {
            clearBetween(highest, number);
            highest = number;
        }
        words[word(number)] |= bit(number);
        return newHighest;
    }

    private void clearBetween(long before, long now) {
        long first = (before >>> WORD_BITS) + 1;
        long last = Math.min(now >>> WORD_BITS, first + words.length - 1);
        for (long index = first; index <= last; index++) {
            words[(int) index & words.length - 1] = 0;
        }
    }

    private int word(long number) {
        return (int) (number >>> WORD_BITS) & words.length - 1;
    }

    private static long bit(long number) {
        return 1L << number;
    }
}
