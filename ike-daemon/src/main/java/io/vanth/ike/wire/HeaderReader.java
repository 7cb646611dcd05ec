package io.vanth.ike.wire;

/// Reads and checks the fixed header, RFC 2408 sections 3.1 and 5.2. Cookies, exchange type and message id have a meaning
/// only for a session, and are not judged here.
final class HeaderReader {
    private static final int VERSION_OFFSET = 17;
    private static final int FLAGS_OFFSET = 19;
    private static final int LENGTH_OFFSET = 24;
    private static final int KNOWN_FLAGS = IsakmpHeader.FLAG_ENCRYPTED | IsakmpHeader.FLAG_COMMIT
            | IsakmpHeader.FLAG_AUTHENTICATION_ONLY;

    private HeaderReader() {}

    static IsakmpHeader read(Cursor in, int datagramLength) {
        if (datagramLength < IsakmpHeader.BYTES) {
            in.fail("%d bytes are less than a header of %d".formatted(datagramLength, IsakmpHeader.BYTES), 0);
        }
        var header = new IsakmpHeader(new Cookie(in.i64("the initiator cookie")),
                new Cookie(in.i64("the responder cookie")), in.u8("next payload"), in.u8("version"),
                in.u8("exchange type"), in.u8("flags"), in.i32("message id"),
                Integer.toUnsignedLong(in.i32("length")));
        if (!in.failed()) {
            check(header, datagramLength, in);
        }
        return header;
    }

    private static void check(IsakmpHeader header, int datagramLength, Cursor in) {
        // RFC 2408 section 3.1: never accept a greater major, or with an equal major a greater minor version.
        if (header.version() != IsakmpHeader.VERSION_1_0) {
            in.fail("version %d.%d is not 1.0".formatted(header.majorVersion(), header.version() & 0xf),
                    VERSION_OFFSET);
        }
        // RFC 2408 section 5: a length that is not the datagram's rejects the message.
        if (header.length() != datagramLength) {
            in.fail("header length %d is not the datagram's %d".formatted(header.length(), datagramLength),
                    LENGTH_OFFSET);
        }
        // RFC 2408 section 3.1: the other bits MUST be 0; section 5.2 discards a message whose flags are not valid.
        if ((header.flags() & ~KNOWN_FLAGS) != 0) {
            in.fail("flags 0x%02x have unknown bits".formatted(header.flags()), FLAGS_OFFSET);
        }
    }
}
