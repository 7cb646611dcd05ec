package io.vanth.ike.wire;

import java.util.Optional;

/// A place in received bytes that moves forward. The first failure sticks, for this cursor and all parts taken from it:
/// from then on nothing remains and every read gives zeros, so that a reader needs one check at its end, and loops over
/// what remains stop.
final class Cursor {
    private final Bytes source;
    private final int end;
    private final Fault fault;
    private int position;

    Cursor(Bytes source) {
        this(source, 0, source.length(), new Fault());
    }

    private Cursor(Bytes source, int position, int end, Fault fault) {
        this.source = source;
        this.position = position;
        this.end = end;
        this.fault = fault;
    }

    /// The offset of the next byte in the whole source.
    int position() {
        return position;
    }

    /// How many bytes can still be read; none after a failure.
    int remaining() {
        return failed() ? 0 : end - position;
    }

    boolean failed() {
        return fault.first != null;
    }

    /// The first failure.
    Optional<Malformed> failure() {
        return Optional.ofNullable(fault.first);
    }

    /// Records a failure, unless there was one before.
    void fail(String reason, int offset) {
        if (!failed()) {
            fault.first = new Malformed(reason, offset);
        }
    }

    int u8(String what) {
        return available(1, what) ? source.at(advance(1)) : 0;
    }

    int u16(String what) {
        return available(2, what) ? source.shortAt(advance(2)) : 0;
    }

    int i32(String what) {
        return available(4, what) ? source.intAt(advance(4)) : 0;
    }

    long i64(String what) {
        return available(8, what) ? source.longAt(advance(8)) : 0;
    }

    Bytes take(int count, String what) {
        if (!available(count, what)) {
            return Bytes.EMPTY;
        }
        int start = advance(count);
        return source.slice(start, start + count);
    }

    /// All that remains.
    Bytes rest() {
        return take(remaining(), "the rest");
    }

    /// A cursor over the next `count` bytes, which this one skips.
    Cursor part(int count, String what) {
        int start = available(count, what) ? advance(count) : position;
        return new Cursor(source, start, failed() ? start : start + count, fault);
    }

    /// A copy of what remains, which stays to be read.
    Bytes peekRest() {
        return source.slice(position, position + remaining());
    }

    /// Fails unless everything was read.
    void expectEnd(String what) {
        if (remaining() > 0) {
            fail("%d bytes too many in %s".formatted(remaining(), what), position);
        }
    }

    private boolean available(int count, String what) {
        if (failed()) {
            return false;
        }
        if (count > remaining()) {
            fail("%s needs %d bytes, %d remain".formatted(what, count, remaining()), position);
            return false;
        }
        return true;
    }

    private int advance(int count) {
        int start = position;
        position += count;
        return start;
    }

    private static final class Fault {
        private Malformed first;
    }
}
