package io.vanth.dataplane.userspace.wire;

/// The ESP header, RFC 4303 section 2, and what else comes to its UDP port (RFC 3948 section 2).
///
///      0                   1                   2                   3
///     +---------------------------------------------------------------+
///     |               security parameters index (SPI)                 |
///     +---------------------------------------------------------------+
///     |                       sequence number                         |
///     +---------------------------------------------------------------+
///     |                 IV, payload, trailer, ICV ...                 |
public final class EspHeader {
    /// The header's length.
    public static final int LENGTH = 8;
    /// The SPI.
    public static final int SPI_OFFSET = 0;
    /// The sequence number.
    public static final int SEQUENCE_OFFSET = 4;
    /// Four zero bytes where ESP has its SPI say that the datagram is IKE (RFC 3948 section 2.2).
    public static final int NON_ESP_MARKER_LENGTH = 4;
    /// The single byte of a NAT keepalive (RFC 3948 section 2.3).
    public static final byte KEEPALIVE = (byte) 0xFF;

    private EspHeader() {}

    /// The SPI.
    public static int spi(byte[] bytes, int esp) {
        return NetworkOrder.i32(bytes, esp + SPI_OFFSET);
    }

    /// The sequence number.
    public static int sequence(byte[] bytes, int esp) {
        return NetworkOrder.i32(bytes, esp + SEQUENCE_OFFSET);
    }

    /// Writes the header.
    public static void write(byte[] bytes, int esp, int spi, int sequence) {
        NetworkOrder.put32(bytes, esp + SPI_OFFSET, spi);
        NetworkOrder.put32(bytes, esp + SEQUENCE_OFFSET, sequence);
    }
}
