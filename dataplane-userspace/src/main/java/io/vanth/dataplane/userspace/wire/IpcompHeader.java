package io.vanth.dataplane.userspace.wire;

/// The IPComp header, RFC 3173 section 3.1.
///
///      0                   1                   2                   3
///     +---------------+---------------+-------------------------------+
///     |  next header  | flags, zero   | compression parameter index   |
///     +---------------+---------------+-------------------------------+
public final class IpcompHeader {
    /// The header's length.
    public static final int LENGTH = 4;
    /// What was compressed.
    public static final int NEXT_HEADER_OFFSET = 0;
    /// Zero.
    public static final int FLAGS_OFFSET = 1;
    /// The CPI.
    public static final int CPI_OFFSET = 2;

    private IpcompHeader() {}

    /// Writes the header.
    public static void write(byte[] bytes, int at, int nextHeader, int cpi) {
        NetworkOrder.put8(bytes, at + NEXT_HEADER_OFFSET, nextHeader);
        NetworkOrder.put8(bytes, at + FLAGS_OFFSET, 0);
        NetworkOrder.put16(bytes, at + CPI_OFFSET, cpi);
    }
}
