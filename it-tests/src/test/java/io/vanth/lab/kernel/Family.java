package io.vanth.lab.kernel;

/// The addresses of the two hosts in a version of IP.
enum Family {
    IPV4(new End("192.0.2.1", 24, "10.1.0.1", "10.1.0.0/16"), new End("192.0.2.2", 24, "10.2.0.1", "10.2.0.0/16")),
    IPV6(new End("2001:db8::1", 64, "fd01::1", "fd01::/32"), new End("2001:db8::2", 64, "fd02::1", "fd02::/32"));

    /// One host.
    ///
    /// @param outer   its address on the wire
    /// @param bits    the length of the wire's prefix
    /// @param inner   its address in the network that it protects
    /// @param network that network
    record End(String outer, int bits, String inner, String network) {}

    @SuppressWarnings("ImmutableEnumChecker") // a record of text
    private final End left;
    @SuppressWarnings("ImmutableEnumChecker") // a record of text
    private final End right;

    Family(End left, End right) {
        this.left = left;
        this.right = right;
    }

    End left() {
        return left;
    }

    End right() {
        return right;
    }

    @Override
    public String toString() {
        return this == IPV4 ? "IPv4" : "IPv6";
    }
}
