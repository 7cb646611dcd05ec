package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityAssociation;

/// What a mode does to an outbound packet: which part of it is protected and which headers stand in front of that. For
/// one thread.
abstract sealed class Envelope permits TunnelEnvelope, TransportEnvelope {
    /// The packet can be enveloped.
    static final int GOOD = 0;

    static Envelope of(SecurityAssociation association, Identifications identifications) {
        return association.mode() == Mode.TUNNEL
                ? new TunnelEnvelope(association, identifications)
                : new TransportEnvelope(identifications);
    }

    /// Takes up the packet of `length` bytes at `offset`.
    ///
    /// @return [#GOOD], or why it cannot be: [Wrapper#FRAGMENT], [Wrapper#MALFORMED]
    abstract int read(byte[] plain, int offset, int length);

    /// The IP version of the headers, 4 or 6.
    abstract int version();

    /// Bytes of the headers.
    abstract int headerLength();

    /// Where the protected part starts.
    abstract int payload();

    /// The length of the protected part.
    abstract int payloadLength();

    /// How much of a packet of `length` bytes with the headers of the one read last would be protected.
    abstract int payloadOf(int length);

    /// DSCP and ECN of the packet.
    abstract int innerTrafficClass();

    /// What the protected part is.
    abstract int nextHeader();

    /// Writes the headers to `out[at]`.
    ///
    /// @param protocol what stands behind them
    /// @param total    the length of the whole packet
    abstract void write(byte[] out, int at, int protocol, int total);
}
