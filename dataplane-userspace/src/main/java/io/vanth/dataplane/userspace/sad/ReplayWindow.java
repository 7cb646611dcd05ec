package io.vanth.dataplane.userspace.sad;

/// The sequence numbers of an inbound SA that were seen, after RFC 6479: a ring of words, of which one is cleared when
/// the window's head enters it, so that nothing is ever shifted. For one thread.
///
/// Look first ([#accepts(int)]), mark only after the packet is authentic ([#mark(int)]; RFC 4303 section 3.4.3).
public final class ReplayWindow {
    /// The smallest window.
    public static final int MIN = 32;
    /// The largest window.
    public static final int MAX = 4096;

    private static final int WORD_BITS = 6;

    private final int size;
    private final long[] words;
    private long highest;

    /// A window of `size` packets; 0 switches it off.
    public ReplayWindow(int size) {
        if (size != 0 && (size < MIN || size > MAX)) {
            throw new IllegalArgumentException("replay window of " + size);
        }
        this.size = size;
        int needed = (size >>> WORD_BITS) + 2;
        this.words = new long[Integer.highestOneBit(needed - 1) << 1];
    }

    /// Whether `sequence` (unsigned) is new, as far as the window reaches. 0 is never sent (RFC 4303 section 3.3.3).
    public boolean accepts(int sequence) {
        long number = Integer.toUnsignedLong(sequence);
        if (size == 0 || number > highest) {
            return true;
        }
        if (number == 0 || highest - number >= size) {
            return false;
        }
        return (words[word(number)] & bit(number)) == 0;
    }

    /// Remembers `sequence`, which [#accepts(int)] accepted.
    ///
    /// @return whether it is the highest so far
    public boolean mark(int sequence) {
        long number = Integer.toUnsignedLong(sequence);
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
