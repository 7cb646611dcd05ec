package io.vanth.ike.wire;

/// The fixed header of every message, RFC 2408 section 3.1.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-------------------------------+-------------------------------+
///     |                       initiator cookie                        |
///     |                                                               |
///     +-------------------------------+-------------------------------+
///     |                       responder cookie                        |
///     |                                                               |
///     +---------------+-------+-------+---------------+---------------+
///     | next payload  | major | minor | exchange type |     flags     |
///     +---------------+-------+-------+---------------+---------------+
///     |                          message id                           |
///     +---------------------------------------------------------------+
///     |                            length                             |
///     +---------------------------------------------------------------+
///
/// @param length as received, unsigned; [MessageWriter] computes its own
public record IsakmpHeader(Cookie initiator, Cookie responder, int nextPayload, int version, int exchange, int flags,
        int messageId, long length) {
    /// The size of the header.
    public static final int BYTES = 28;
    /// Version 1.0.
    public static final int VERSION_1_0 = 0x10;
    /// The payloads are encrypted.
    public static final int FLAG_ENCRYPTED = 1;
    /// The sender will say when the SA is ready, RFC 2408 section 3.1.
    public static final int FLAG_COMMIT = 2;
    /// The payloads are authenticated and in clear; only for informational exchanges.
    public static final int FLAG_AUTHENTICATION_ONLY = 4;

    /// A header to be sent; the writer fills in the next payload and the length.
    public static IsakmpHeader of(Cookie initiator, Cookie responder, int exchange, int flags, int messageId) {
        return new IsakmpHeader(initiator, responder, 0, VERSION_1_0, exchange, flags, messageId, 0);
    }

    /// Whether the payloads are encrypted.
    public boolean encrypted() {
        return (flags & FLAG_ENCRYPTED) != 0;
    }

    /// Whether the commit bit is set.
    public boolean commit() {
        return (flags & FLAG_COMMIT) != 0;
    }

    /// The major version.
    public int majorVersion() {
        return version >>> 4;
    }
}
