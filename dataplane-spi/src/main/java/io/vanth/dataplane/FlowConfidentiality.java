package io.vanth.dataplane;

/// What an outbound SA of ESP in tunnel mode does against traffic analysis (RFC 4303 section 2.7): to who watches the
/// wire, its packets look alike.
///
/// @param paddedLength     what shorter inner packets are padded to, in bytes; never beyond the MTU. 0 for no padding
/// @param packetsPerSecond where fewer packets are sent, dummy packets fill up to so many (RFC 4303 section 2.6); 0 for none
public record FlowConfidentiality(int paddedLength, int packetsPerSecond) {
    /// As long as the MTU lets a packet be.
    public static final int MTU = 65_535;
    /// Every packet as long as it is, and no others.
    public static final FlowConfidentiality NONE = new FlowConfidentiality(0, 0);

    private static final int MAX_PACKETS_PER_SECOND = 10_000;

    public FlowConfidentiality {
        if (paddedLength < 0 || paddedLength > MTU) {
            throw new IllegalArgumentException("padding to %d bytes".formatted(paddedLength));
        }
        if (packetsPerSecond < 0 || packetsPerSecond > MAX_PACKETS_PER_SECOND) {
            throw new IllegalArgumentException("%d packets a second".formatted(packetsPerSecond));
        }
    }
}
