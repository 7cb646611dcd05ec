package io.vanth.ike.wire;

/// The header in front of every payload, proposal and transform, RFC 2408 section 3.2.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +---------------+---------------+-------------------------------+
///     | next payload  |   RESERVED    |        payload length         |
///     +---------------+---------------+-------------------------------+
///
/// @param next the number of the following payload
/// @param offset where the header starts
/// @param body what the length covers, without this header
record GenericHeader(int next, int offset, Cursor body) {
    /// The size of the header, and so the least length.
    static final int BYTES = 4;
    /// The greatest size of a body.
    static final int MAX_BODY = 0xffff - BYTES;

    private static final int RESERVED_OFFSET = 1;
    private static final int LENGTH_OFFSET = 2;

    /// Reads the header and moves `in` behind the body.
    static GenericHeader read(Cursor in, String what) {
        int start = in.position();
        int next = in.u8("the header of " + what);
        int reserved = in.u8("the header of " + what);
        int length = in.u16("the header of " + what);
        // RFC 2408 section 5.3: a RESERVED field that is not zero discards the message.
        if (reserved != 0) {
            in.fail("RESERVED of %s is %d, not zero".formatted(what, reserved), start + RESERVED_OFFSET);
        }
        if (length < BYTES) {
            in.fail("length %d of %s is below %d".formatted(length, what, BYTES), start + LENGTH_OFFSET);
        }
        if (length - BYTES > in.remaining()) {
            in.fail("length %d of %s exceeds the %d bytes that remain".formatted(length, what, in.remaining() + BYTES),
                    start + LENGTH_OFFSET);
        }
        return new GenericHeader(next, start, in.part(Math.max(length - BYTES, 0), what));
    }
}
