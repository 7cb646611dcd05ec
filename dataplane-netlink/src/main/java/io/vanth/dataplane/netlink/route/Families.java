package io.vanth.dataplane.netlink.route;

import java.net.InetAddress;

/// The numbers of the address families.
final class Families {
    static final int INET = 2;
    static final int INET6 = 10;

    private Families() {}

    static int of(InetAddress address) {
        return of(address.getAddress().length == 16);
    }

    static int of(boolean ipv6) {
        return ipv6 ? INET6 : INET;
    }
}
