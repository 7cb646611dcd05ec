package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.linux.Libc;
import io.vanth.dataplane.netlink.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;

/// A UDP socket whose datagrams the kernel takes for ESP (`UDP_ENCAP` of udp(7)), and which no policy is for.
record EncapsulationSocket(int descriptor) implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_ENCAP = 100;
    private static final int UDP_ENCAP_ESPINUDP = 2;
    private static final int IPPROTO_IP = 0;
    private static final int IP_XFRM_POLICY = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_XFRM_POLICY = 35;
    private static final int POLICY_BYTES = 168;
    private static final int POLICY_FAMILY_OFFSET = 40;
    private static final int POLICY_DIRECTION_OFFSET = 160;
    /// In and out.
    private static final byte[] DIRECTIONS = {0, 1};
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT
            .withOrder(ByteOrder.BIG_ENDIAN);
    private static final int SOCKADDR_IN = 16;
    private static final int SOCKADDR_IN6 = 28;
    private static final int ADDRESS_OFFSET = 4;
    private static final int ADDRESS6_OFFSET = 8;

    static EncapsulationSocket open(String address, int port) throws LinuxException {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        boolean ipv6 = bytes.length == 16;
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = LinuxException.check("socket",
                    Libc.socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM, IPPROTO_UDP));
            MemorySegment name = arena.allocate(ipv6 ? SOCKADDR_IN6 : SOCKADDR_IN);
            name.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? AF_INET6 : AF_INET));
            name.set(NETWORK_SHORT, 2, (short) port);
            MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, ipv6 ? ADDRESS6_OFFSET : ADDRESS_OFFSET,
                    bytes.length);
            LinuxException.check("bind", Libc.bind(descriptor, name));
            LinuxException.check("setsockopt", Libc.setsockopt(descriptor, IPPROTO_UDP, UDP_ENCAP,
                    arena.allocateFrom(ValueLayout.JAVA_INT, UDP_ENCAP_ESPINUDP)));
            bypass(descriptor, ipv6, arena);
            return new EncapsulationSocket(descriptor);
        }
    }

    /// In transport mode the datagrams themselves are among the packets to protect. A `struct xfrm_userpolicy_info` that
    /// allows, for either direction.
    private static void bypass(int descriptor, boolean ipv6, Arena arena) throws LinuxException {
        for (byte direction : DIRECTIONS) {
            MemorySegment policy = arena.allocate(POLICY_BYTES);
            policy.set(ValueLayout.JAVA_SHORT, POLICY_FAMILY_OFFSET, (short) (ipv6 ? AF_INET6 : AF_INET));
            policy.set(ValueLayout.JAVA_BYTE, POLICY_DIRECTION_OFFSET, direction);
            LinuxException.check("setsockopt", Libc.setsockopt(descriptor, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                    ipv6 ? IPV6_XFRM_POLICY : IP_XFRM_POLICY, policy));
        }
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
