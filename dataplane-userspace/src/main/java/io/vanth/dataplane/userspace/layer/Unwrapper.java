package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.security.GeneralSecurityException;

/// Takes the layer of one inbound SA off packets. For one thread.
///
/// Beside those of [EspOpener], these reasons make a packet end, all of them negative.
public abstract sealed class Unwrapper permits EspUnwrapper, AhUnwrapper, IpcompUnwrapper {
    /// The packet is shorter than any of its layer.
    public static final int TOO_SHORT = EspOpener.TOO_SHORT;
    /// The ICV is wrong.
    public static final int BAD_INTEGRITY = EspOpener.BAD_INTEGRITY;
    /// Authentic, but the next header is none that a tunnel can have.
    public static final int BAD_NEXT_HEADER = -10;
    /// Authentic, but a dummy packet.
    public static final int DUMMY = -11;
    /// Authentic, but longer than IP allows or of a wrong IP version.
    public static final int MALFORMED = -12;
    /// Authentic, but marked for congestion on its way, of which its ends would not learn.
    public static final int CONGESTED = -13;
    /// What was compressed cannot be expanded.
    public static final int BAD_COMPRESSION = -14;
    /// The layer was closed.
    public static final int ENDED = -15;

    /// Whether a packet that ended for `reason` had been authentic.
    public static boolean wasAuthentic(int reason) {
        return reason == EspOpener.BAD_PADDING || reason <= BAD_NEXT_HEADER;
    }

    /// Bytes that [#unwrap] may need at `out` at most for `packet`, which [SecuredPacket#holdsSpi()].
    public abstract int spaceFor(SecuredPacket packet);

    /// Unwraps `packet` into the IP packet that was in it, at `out[at]`. The arrays are two; the packet's own may be
    /// changed.
    ///
    /// @param sequence the whole sequence number
    /// @param sender   who sent the packet
    /// @return the length, or why there is none
    public abstract int unwrap(long sequence, SecuredPacket packet, Endpoint sender, byte[] out, int at)
            throws GeneralSecurityException;

    /// Gives back what is held outside of the heap. Any thread may do it at any time.
    public void close() {}
}
