package io.vanth.dataplane.userspace.crypto;

import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import javax.crypto.Cipher;

/// What combined modes authenticate in front of the text: the ESP header, in which the sequence number has 64 bits
/// where it is extended (RFC 4106 section 5). For one thread.
///
///     +------------------+------------------+------------------+
///     |       SPI        |  sequence number, 32 or 64 bits     |
///     +------------------+------------------+------------------+
final class AssociatedData {
    private static final int SPI_OFFSET = 0;
    private static final int SEQUENCE_OFFSET = 4;
    private static final int EXTENDED_LENGTH = SEQUENCE_OFFSET + Long.BYTES;

    private final boolean extended;
    private final byte[] header = new byte[EXTENDED_LENGTH];

    AssociatedData(boolean extended) {
        this.extended = extended;
    }

    /// Feeds the header at `bytes[esp]`, whose whole sequence number is `sequence`.
    void feed(Cipher cipher, byte[] bytes, int esp, long sequence) {
        if (extended) {
            NetworkOrder.put32(header, SPI_OFFSET, EspHeader.spi(bytes, esp));
            NetworkOrder.put64(header, SEQUENCE_OFFSET, sequence);
            cipher.updateAAD(header);
        } else {
            cipher.updateAAD(bytes, esp, EspHeader.LENGTH);
        }
    }
}
