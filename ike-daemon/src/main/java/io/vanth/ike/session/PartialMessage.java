package io.vanth.ike.session;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.util.Arrays;

/// The pieces of one message that are there. Each piece costs the same, whatever the order.
final class PartialMessage implements AutoCloseable {
    private static final int MAX_PIECES = 255;
    private static final int FEW = 8;
    private static final int LENGTH_OFFSET = 24;

    private final TimerQueue.Timer timeout;
    private Bytes[] pieces = new Bytes[FEW];
    private int count;
    private int highest;
    private int last;
    private int bytes;

    /// How a piece fits.
    enum Fit {
        WAITING,
        COMPLETE,
        /// It cannot belong to the pieces before it.
        CONTRADICTION,
        TOO_LARGE
    }

    PartialMessage(TimerQueue.Timer timeout) {
        this.timeout = timeout;
    }

    Fit add(Payload.Fragment piece, int limit) {
        int number = piece.number();
        if (contradicts(piece)) {
            return Fit.CONTRADICTION;
        }
        if (number < pieces.length && pieces[number] != null) {
            return Fit.WAITING;
        }
        if (bytes + piece.data().length() > limit) {
            return Fit.TOO_LARGE;
        }
        if (number >= pieces.length) {
            pieces = Arrays.copyOf(pieces, MAX_PIECES + 1);
        }
        pieces[number] = piece.data();
        count++;
        highest = Math.max(highest, number);
        bytes += piece.data().length();
        last = piece.last() ? number : last;
        if (count != last) {
            return Fit.WAITING;
        }
        return lengthIsRight() ? Fit.COMPLETE : Fit.CONTRADICTION;
    }

    private boolean contradicts(Payload.Fragment piece) {
        int number = piece.number();
        boolean known = number < pieces.length && pieces[number] != null;
        return known && (!pieces[number].equals(piece.data()) || piece.last() != (number == last))
                || !known && piece.last() && (last != 0 || number < highest)
                || last != 0 && number > last;
    }

    /// Pieces of two messages that have one id may look complete.
    private boolean lengthIsRight() {
        Bytes all = whole();
        return all.length() >= IsakmpHeader.BYTES && Integer.toUnsignedLong(all.intAt(LENGTH_OFFSET)) == all.length();
    }

    /// All pieces in a row, once they are complete.
    Bytes whole() {
        return Bytes.concat(Arrays.copyOfRange(pieces, 1, last + 1));
    }

    int bytes() {
        return bytes;
    }

    /// It waits no more.
    @Override
    public void close() {
        timeout.cancel();
    }
}
