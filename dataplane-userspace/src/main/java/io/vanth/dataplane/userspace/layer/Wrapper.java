package io.vanth.dataplane.userspace.layer;

import java.security.GeneralSecurityException;

/// Puts the layer of one outbound SA around packets. For one thread.
public abstract sealed class Wrapper permits EspWrapper, AhWrapper, IpcompWrapper {
    /// The largest packet.
    public static final int MAX_PACKET = 65_535;
    /// The packet is a fragment, which transport mode does not take.
    public static final int FRAGMENT = -1;
    /// The packet's headers do not fit into it, or are of a kind that the layer cannot cover.
    public static final int MALFORMED = -2;
    /// The packet would become longer than IP allows.
    public static final int TOO_BIG = -3;
    /// The layer was closed.
    public static final int ENDED = -4;

    /// DSCP and ECN that the header in front of the packet wrapped last is to have, where the socket makes that header.
    public int trafficClass() {
        return 0;
    }

    /// Bytes that [#wrap] may need at `out` at most for a packet of `length` bytes.
    public abstract int spaceFor(int length);

    /// The length that a packet of `length` bytes with the headers of the one wrapped last comes out with at most.
    public abstract int wrappedLength(int length);

    /// Wraps the packet of `length` bytes at `plain[offset]`, which has
    /// [io.vanth.dataplane.userspace.crypto.EspSealer#TAILROOM] bytes behind it that are overwritten, into a packet at
    /// `out[at]`: an IP packet, or for an SA in UDP what UDP carries. The arrays are two.
    ///
    /// @param sequence never used before with the SA; still unused when there is no packet
    /// @return its length, or why there is none: [#FRAGMENT], [#MALFORMED], [#TOO_BIG], [#ENDED]
    public abstract int wrap(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException;

    /// Gives back what is held outside of the heap. Any thread may do it at any time.
    public void close() {}
}
