package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.packet.Endpoint;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the system for path MTUs over IPv4: a socket that sends and receives nothing is led to the peer as the packets
/// are (ip(7), `IP_MTU`). Over IPv6 packets are cut where they are sent, so there is nothing to ask.
final class PathProbe {
    private static final Logger LOG = LoggerFactory.getLogger(PathProbe.class);
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU = 14;

    private final int descriptor;
    private final Optional<String> device;
    private final SocketAddresses target;
    private final SocketAddresses nobody;

    /// @param descriptor of an IPv4 socket, which is then the probe's
    /// @param device     that it is bound to
    PathProbe(int descriptor, Optional<String> device, Arena arena) {
        this.descriptor = descriptor;
        this.device = device;
        this.nobody = new SocketAddresses(arena, false);
        this.target = new SocketAddresses(arena, false);
    }

    int ask(Endpoint peer) {
        if (!target.write(peer) || !forget() || Libc.connect(descriptor, target.memory()) < 0) {
            return EspTransport.NO_LIMIT;
        }
        int mtu = Libc.getsockopt(descriptor, IPPROTO_IP, IP_MTU);
        return mtu > 0 ? mtu : EspTransport.NO_LIMIT;
    }

    /// Else the source address would stay that of the first peer, wherever the way to others begins, and after the host
    /// has lost it. Zeros are `AF_UNSPEC`; with the peer the kernel forgets the device.
    private boolean forget() {
        if (Libc.connect(descriptor, nobody.memory()) < 0) {
            return false;
        }
        try {
            DeviceBinding.bind(descriptor, device);
            return true;
        } catch (LinuxException gone) {
            LOG.debug("no path is known by {}: {}", device, gone.getMessage());
            return false;
        }
    }

    void close() {
        io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
    }
}
