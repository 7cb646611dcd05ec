package io.vanth.dataplane.userspace.wire;

/// The encrypted end of an ESP packet, RFC 4303 sections 2.4 to 2.6.
///
///     +----------------- - - -+---------------+---------------+
///     | padding: 1, 2, 3 ...  |  pad length   |  next header  |
///     +----------------- - - -+---------------+---------------+
public final class EspTrailer {
    /// Pad length and next header.
    public static final int FIXED_LENGTH = 2;
    /// What the ciphertext ends on at least (RFC 4303 section 2.4).
    public static final int ALIGNMENT = 4;
    private static final int PAD_LENGTH_BACK = 2;
    private static final int NEXT_HEADER_BACK = 1;

    private EspTrailer() {}

    /// The padding that brings `payloadLength` and the trailer to a multiple of `block`.
    public static int padding(int payloadLength, int block) {
        return Math.floorMod(-(payloadLength + FIXED_LENGTH), Math.max(block, ALIGNMENT));
    }

    /// Writes the trailer at `at`; its length.
    public static int write(byte[] bytes, int at, int padding, int nextHeader) {
        for (int index = 0; index < padding; index++) {
            bytes[at + index] = (byte) (index + 1);
        }
        bytes[at + padding] = (byte) padding;
        bytes[at + padding + 1] = (byte) nextHeader;
        return padding + FIXED_LENGTH;
    }

    /// The next header of a trailer that ends at `end`.
    public static int nextHeader(byte[] bytes, int end) {
        return NetworkOrder.u8(bytes, end - NEXT_HEADER_BACK);
    }

    /// The bytes before the trailer that ends at `end`, of text that starts at `start`; -1 when the padding is longer
    /// than the text or is not 1, 2, 3 and so on, as a receiver should check (RFC 4303 section 2.4).
    public static int payloadLength(byte[] bytes, int start, int end) {
        int padding = NetworkOrder.u8(bytes, end - PAD_LENGTH_BACK);
        int payload = end - start - FIXED_LENGTH - padding;
        for (int index = 0; payload >= 0 && index < padding; index++) {
            if (bytes[start + payload + index] != (byte) (index + 1)) {
                return -1;
            }
        }
        return Math.max(payload, -1);
    }
}
