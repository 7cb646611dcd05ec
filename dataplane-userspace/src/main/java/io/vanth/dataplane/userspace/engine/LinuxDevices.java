package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.dataplane.userspace.port.RawIpSocket;
import io.vanth.dataplane.userspace.route.HostNumbers;
import io.vanth.dataplane.userspace.route.LinuxNetworkSetup;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.LinuxTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// What Linux gives an engine.
///
/// @param device what sockets are bound to besides their address
record LinuxDevices(Optional<String> device) implements EngineDevices {
    @Override
    public EngineDevices through(String other) {
        return new LinuxDevices(Optional.of(other));
    }

    @Override
    public TunDevice openTun(String name, int mtu) throws IOException {
        return LinuxTun.open(name, mtu);
    }

    @Override
    public TunDevice openInterface(TunnelInterface wanted, String owner) throws IOException {
        return LinuxTun.openLasting(wanted.name(), wanted.mtu(), owner);
    }

    @Override
    public void removeInterfaces(String owner, Set<String> kept) throws IOException {
        LinuxTun.removeLasting(owner, kept);
    }

    @Override
    public EspTransport openTransport(InetSocketAddress local) throws IOException {
        return NatTraversalSocket.open(local, HostNumbers.MARK, device);
    }

    @Override
    public EspTransport openRaw() throws IOException {
        return RawIpSocket.open(HostNumbers.MARK, device);
    }

    @Override
    public boolean permitsRaw() {
        return RawIpSocket.isPermitted();
    }

    @Override
    public NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) throws IOException {
        return context.routes() ? LinuxNetworkSetup.open(tun.name(), context.open()) : new NoNetwork();
    }
}
