package io.vanth.ike.policy;

/// Whether large messages are cut into pieces that every path carries (the fragmentation of Cisco and Microsoft).
///
/// @param datagram the largest IP datagram that needs no cutting, in bytes with its headers
public record Fragmentation(Use use, int datagram) {
    /// The smallest datagram that leaves room for a piece.
    public static final int SMALLEST = 256;
    /// For peers that announce it; a datagram of 1280 bytes passes everywhere (RFC 8200 section 5).
    public static final Fragmentation DEFAULT = new Fragmentation(Use.YES, 1280);

    /// When messages are cut.
    public enum Use {
        /// For peers that announce that they can put them together.
        YES,
        /// Never; pieces are neither announced nor taken.
        NO,
        /// For all peers, from the first message on.
        FORCE
    }

    public Fragmentation {
        if (datagram < SMALLEST) {
            throw new IllegalArgumentException("a datagram of %d bytes has no room for a piece".formatted(datagram));
        }
    }

    /// Whether pieces are announced and taken.
    public boolean welcome() {
        return use != Use.NO;
    }
}
