package io.vanth.dataplane.userspace.wire;

/// The first four bits of an IP packet.
public final class IpVersion {
    /// IPv4.
    public static final int V4 = 4;
    /// IPv6.
    public static final int V6 = 6;

    private IpVersion() {}

    /// The version of the packet at `ip`.
    public static int of(byte[] bytes, int ip) {
        return NetworkOrder.u8(bytes, ip) >>> 4;
    }
}
