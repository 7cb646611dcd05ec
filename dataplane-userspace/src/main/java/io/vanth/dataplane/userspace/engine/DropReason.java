package io.vanth.dataplane.userspace.engine;

import java.util.Locale;

/// Every way in which a packet can end other than well. Counted per agent; the names are those of the counters.
public enum DropReason {
    /// Outbound: no valid IP packet came from the TUN device.
    OUTBOUND_MALFORMED,
    /// Outbound: no policy is for the packet. It is dropped: nothing leaves in clear through a TUN device.
    OUTBOUND_NO_POLICY,
    /// Outbound: a policy discards the packet.
    OUTBOUND_POLICY_DISCARD,
    /// Outbound: a policy lets the packet pass in clear, and there are no raw sockets by which it could: its route should
    /// lead elsewhere.
    OUTBOUND_BYPASS_ON_TUN,
    /// Outbound: a packet of ours to the peer of the tunnel that it was led into again: the route to the peer leads into its
    /// interface.
    OUTBOUND_OWN_PACKET,
    /// Outbound: there is no SA, and the packets held for it were too many; the oldest goes.
    OUTBOUND_HOLD_OVERFLOW,
    /// Outbound: there was no SA until the policy was removed or the engine closed.
    OUTBOUND_HOLD_ABANDONED,
    /// Outbound: the SA is not for this packet, though the policy is.
    OUTBOUND_SELECTOR_MISMATCH,
    /// Outbound: the packet does not fit and must not be fragmented; its sender was told, as often as the limit allows.
    OUTBOUND_TOO_BIG,
    /// Outbound: a fragment whose packet never became whole, and the SA is of transport mode, which takes whole packets
    /// only (RFC 4303 section 3.3.4), or a policy is about ports, which only whole packets show.
    OUTBOUND_FRAGMENT,
    /// Outbound: the SA ended between finding and using it.
    OUTBOUND_SA_ENDED,
    /// Outbound: the cipher failed.
    OUTBOUND_SEAL_FAILED,
    /// Outbound: the socket did not take the datagram.
    OUTBOUND_SOCKET_LOST,
    /// An IKE message or a keepalive was not sent: too many were waiting, it was longer than UDP carries, or the socket
    /// was closed.
    OUTBOUND_IKE_OVERFLOW,
    /// Inbound, without UDP: no valid IP packet of ESP, AH or IPComp.
    INBOUND_MALFORMED_OUTER,
    /// Inbound, without UDP: a fragment, which is put together before IPsec opens it or not at all (RFC 4303 section 3.4.1).
    INBOUND_FRAGMENT,
    /// Inbound: the SA is of a route-based tunnel whose policies are gone, and its interface with them.
    INBOUND_INTERFACE_GONE,
    /// Inbound: shorter than any packet of its SA, or than an SPI.
    INBOUND_TOO_SHORT,
    /// Inbound: no SA has the SPI.
    INBOUND_UNKNOWN_SPI,
    /// Inbound: the SA has reached a hard limit.
    INBOUND_SA_ENDED,
    /// Inbound: the sequence number was seen already or is left of the window.
    INBOUND_REPLAY,
    /// Inbound: the ciphertext is not aligned as its cipher needs.
    INBOUND_BAD_ALIGNMENT,
    /// Inbound: the ICV is wrong.
    INBOUND_BAD_INTEGRITY,
    /// Inbound: authentic, but the padding is not the one of RFC 4303 section 2.4.
    INBOUND_BAD_PADDING,
    /// Inbound: authentic, but with a next header that a tunnel cannot have.
    INBOUND_BAD_NEXT_HEADER,
    /// Inbound: a dummy packet, next header 59 (RFC 4303 section 2.6).
    INBOUND_DUMMY,
    /// Inbound: what was compressed cannot be expanded, or would be longer than IP allows.
    INBOUND_BAD_COMPRESSION,
    /// Inbound: the tunnel's header says that it met congestion, and its ends could not be told (RFC 6040 section 4.2).
    INBOUND_CONGESTED,
    /// Inbound: more layers in each other than anyone needs.
    INBOUND_TOO_DEEP,
    /// Inbound: the inner packet is not valid.
    INBOUND_MALFORMED_INNER,
    /// Inbound: the inner packet is none that its SA is for.
    INBOUND_SELECTOR_MISMATCH,
    /// Inbound: the packet did not come through the layers that its policy requires, or through others too.
    INBOUND_LAYER_MISSING,
    /// Inbound: a policy discards the inner packet.
    INBOUND_POLICY_DISCARD,
    /// Inbound: the TUN device did not take the packet.
    INBOUND_TUN_LOST,
    /// Either way: a defect of the engine; the log has it.
    INTERNAL_ERROR;

    private static final DropReason[] ALL = values();

    static int count() {
        return ALL.length;
    }

    static DropReason[] all() {
        return ALL.clone();
    }

    /// The counter's name: `dropped_` and the reason.
    public String counterName() {
        return "dropped_" + name().toLowerCase(Locale.ROOT);
    }
}
