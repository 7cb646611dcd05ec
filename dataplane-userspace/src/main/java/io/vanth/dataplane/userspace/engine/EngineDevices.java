package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;

/// Opens what an engine stands on. The messages of the exceptions say what was refused and what to do.
public interface EngineDevices {
    /// The same with all sockets on one network interface, or in a VRF.
    default EngineDevices through(String device) throws IOException {
        throw new IOException("there are no sockets that can be bound to " + device);
    }

    /// Opens the TUN device, once.
    TunDevice openTun(String name, int mtu) throws IOException;

    /// Opens a TUN device that stays when it is closed, or takes over the one of that name that an earlier run left.
    ///
    /// @param owner by what a later run knows it
    default TunDevice openInterface(TunnelInterface wanted, String owner) throws IOException {
        throw new IOException("there are no further devices here");
    }

    /// Removes devices of that owner that stayed after an earlier run, but for those with these names.
    default void removeInterfaces(String owner, Set<String> kept) throws IOException {}

    /// Opens a UDP socket on `local`.
    EspTransport openTransport(InetSocketAddress local) throws IOException;

    /// Opens the raw sockets for ESP, AH and IPComp without UDP, once.
    EspTransport openRaw() throws IOException;

    /// Whether [#openRaw()] is permitted.
    default boolean permitsRaw() {
        return true;
    }

    /// Opens the network around `tun`, once, after the TUN device.
    NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) throws IOException;
}
