package io.vanth.dataplane.userspace.wire;

/// The authentication header, RFC 4302 section 2.
///
///      0                   1                   2                   3
///     +---------------+---------------+-------------------------------+
///     |  next header  | payload length|           reserved            |
///     +---------------+---------------+-------------------------------+
///     |               security parameters index (SPI)                 |
///     +---------------------------------------------------------------+
///     |                       sequence number                         |
///     +---------------------------------------------------------------+
///     |              integrity check value (ICV), padding ...         |
public final class AuthenticationHeader {
    /// The header without the ICV.
    public static final int FIXED_LENGTH = 12;
    /// What stands behind.
    public static final int NEXT_HEADER_OFFSET = 0;
    /// The header's length in units of four bytes, minus two.
    public static final int PAYLOAD_LENGTH_OFFSET = 1;
    /// Zero.
    public static final int RESERVED_OFFSET = 2;
    /// The SPI.
    public static final int SPI_OFFSET = 4;
    /// The sequence number.
    public static final int SEQUENCE_OFFSET = 8;
    /// The ICV.
    public static final int ICV_OFFSET = 12;
    private static final int UNIT = 4;
    private static final int UNITS_LEFT_OUT = 2;

    private AuthenticationHeader() {}

    /// The header's length with ICV and padding, in bytes.
    public static int length(byte[] bytes, int ah) {
        return (NetworkOrder.u8(bytes, ah + PAYLOAD_LENGTH_OFFSET) + UNITS_LEFT_OUT) * UNIT;
    }

    /// What stands behind.
    public static int nextHeader(byte[] bytes, int ah) {
        return NetworkOrder.u8(bytes, ah + NEXT_HEADER_OFFSET);
    }

    /// Writes the header of `length` bytes in all; ICV and padding are zero.
    public static void write(byte[] bytes, int ah, int length, int nextHeader, int spi, int sequence) {
        NetworkOrder.put8(bytes, ah + NEXT_HEADER_OFFSET, nextHeader);
        NetworkOrder.put8(bytes, ah + PAYLOAD_LENGTH_OFFSET, length / UNIT - UNITS_LEFT_OUT);
        NetworkOrder.put16(bytes, ah + RESERVED_OFFSET, 0);
        NetworkOrder.put32(bytes, ah + SPI_OFFSET, spi);
        NetworkOrder.put32(bytes, ah + SEQUENCE_OFFSET, sequence);
        java.util.Arrays.fill(bytes, ah + ICV_OFFSET, ah + length, (byte) 0);
    }
}
