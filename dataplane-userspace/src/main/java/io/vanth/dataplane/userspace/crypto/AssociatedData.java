package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import javax.crypto.Cipher;

/// What combined modes authenticate in front of the text: the ESP header, in which the sequence number has 64 bits
/// where it is extended (RFC 4106 section 5, RFC 4309 section 5, RFC 4543 section 3.3). For one thread.
///
///     +------------------+------------------+------------------+
///     |       SPI        |  sequence number, 32 or 64 bits     |
///     +------------------+------------------+------------------+
final class AssociatedData {
    static final int MAX_LENGTH = Integer.BYTES + Long.BYTES;
    private static final int SPI_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = 4;

    private final boolean extended;
    private final byte[] header = new byte[MAX_LENGTH];

    AssociatedData(boolean extended) {
        this.extended = extended;
    }

    /// Feeds the header at `bytes[esp]`, of which `sequence` gives the high half of the number.
    void feed(Cipher cipher, byte[] bytes, int esp, long sequence) {
        if (extended) {
            cipher.updateAAD(header, 0, write(bytes, esp, sequence, header, 0));
        } else {
            cipher.updateAAD(bytes, esp, EspHeader.LENGTH);
        }
    }

    /// Writes what is authenticated of the header at `bytes[esp]` to `to[at]`; its length.
    int write(byte[] bytes, int esp, long sequence, byte[] to, int at) {
        int length = extended ? MAX_LENGTH : EspHeader.LENGTH;
        NetworkOrder.put32(to, at + SPI_OFFSET, EspHeader.spi(bytes, esp));
        if (extended) {
            NetworkOrder.put32(to, at + SEQUENCE_OFFSET, (int) (sequence >>> Integer.SIZE));
        }
        NetworkOrder.put32(to, at + length - Integer.BYTES, EspHeader.sequence(bytes, esp));
        return length;
    }
}
