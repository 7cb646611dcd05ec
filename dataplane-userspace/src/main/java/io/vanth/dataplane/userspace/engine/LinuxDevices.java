package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.LinuxTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;

/// What Linux gives an engine.
final class LinuxDevices implements EngineDevices {
    /// The engine's own packets bear it, so that routes for protected traffic do not catch them.
    private static final int MARK = 0x56_41_4e_54;

    @Override
    public TunDevice openTun(String name, int mtu) throws IOException {
        return LinuxTun.open(name, mtu);
    }

    @Override
    public EspTransport openTransport(InetSocketAddress local) throws IOException {
        return NatTraversalSocket.open(local, MARK);
    }

    @Override
    public NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) throws IOException {
        if (context.routes()) {
            throw new IOException("routes are not available on this system yet; run without them");
        }
        return new NoNetwork();
    }
}
