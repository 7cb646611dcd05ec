package io.vanth.ike.policy;

/// The UDP ports of one end: IKE's and NAT traversal's.
public record Ports(int ike, int natTraversal) {
    /// 500 and 4500 (RFC 2408 section 2.5.1, RFC 3947 section 4).
    public static final Ports STANDARD = new Ports(500, 4500);
}
