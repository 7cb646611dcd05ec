package io.vanth.ike.exchange;

/// What NAT discovery found (RFC 3947 section 3.2).
///
/// @param supported  whether both sides speak RFC 3947
/// @param localNat   whether this host is behind a NAT
/// @param remoteNat  whether the peer is behind a NAT, or says so
public record NatFindings(boolean supported, boolean localNat, boolean remoteNat) {
    /// Nothing found.
    public static final NatFindings NONE = new NatFindings(false, false, false);

    /// Whether ESP goes in UDP and IKE over the NAT traversal port.
    public boolean found() {
        return localNat || remoteNat;
    }
}
