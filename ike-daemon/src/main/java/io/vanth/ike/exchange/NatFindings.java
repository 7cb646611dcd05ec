package io.vanth.ike.exchange;

import io.vanth.ike.policy.TunnelMode;
import java.util.Optional;

/// What NAT discovery found (RFC 3947 section 3.2).
///
/// @param spoken     the NAT traversal that both sides speak
/// @param localNat   whether this host is behind a NAT
/// @param remoteNat  whether the peer is behind a NAT, or says so
public record NatFindings(Optional<NatTraversal> spoken, boolean localNat, boolean remoteNat) {
    /// Nothing found.
    public static final NatFindings NONE = new NatFindings(Optional.empty(), false, false);

    /// Whether both sides speak a NAT traversal.
    public boolean supported() {
        return spoken.isPresent();
    }

    /// Whether ESP goes in UDP and IKE over the NAT traversal port.
    public boolean found() {
        return localNat || remoteNat;
    }

    /// What phase 2 calls tunnel mode.
    public TunnelMode tunnelMode() {
        return spoken.filter(_ -> found()).map(NatTraversal::tunnelMode).orElse(TunnelMode.PLAIN);
    }
}
