package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.packet.Endpoint;
import java.lang.foreign.Arena;

/// Asks the system for path MTUs over IPv4: a socket that sends and receives nothing is led to the peer as the packets
/// are (ip(7), `IP_MTU`). Over IPv6 packets are cut where they are sent, so there is nothing to ask.
final class PathProbe {
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU = 14;

    private final int descriptor;
    private final SocketAddresses target;

    /// @param descriptor of an IPv4 socket, which is then the probe's
    PathProbe(int descriptor, Arena arena) {
        this.descriptor = descriptor;
        this.target = new SocketAddresses(arena, false);
    }

    int ask(Endpoint peer) {
        if (!target.write(peer) || Libc.connect(descriptor, target.memory()) < 0) {
            return EspTransport.NO_LIMIT;
        }
        int mtu = Libc.getsockopt(descriptor, IPPROTO_IP, IP_MTU);
        return mtu > 0 ? mtu : EspTransport.NO_LIMIT;
    }

    void close() {
        io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
    }
}
