package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.InMemoryTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// An engine's surroundings without a system: its TUN device is [#tun()], its sockets are on a network in memory or are
/// the ones of other devices, and there is nothing to route.
public final class InMemoryDevices implements EngineDevices {
    /// Opens sockets.
    @FunctionalInterface
    public interface Sockets {
        /// Opens a socket on `local`.
        EspTransport open(InetSocketAddress local) throws IOException;
    }

    private final Sockets sockets;
    private final RawSockets rawSockets;
    private final Map<String, InMemoryTun> interfaces = new ConcurrentHashMap<>();
    private volatile InMemoryTun tun;

    /// Opens the raw sockets of the host.
    @FunctionalInterface
    private interface RawSockets {
        EspTransport open() throws IOException;
    }

    /// With sockets on `network`, raw ones for `addresses`.
    public InMemoryDevices(InMemoryNetwork network, InetAddress... addresses) {
        this.sockets = network::open;
        this.rawSockets = () -> network.openRaw(List.of(addresses));
    }

    /// With other sockets, such as real ones, and no raw ones.
    public InMemoryDevices(Sockets sockets) {
        this.sockets = sockets;
        this.rawSockets = () -> {
            throw new IOException("there are no raw sockets here");
        };
    }

    /// The device, once the engine has opened it.
    public InMemoryTun tun() {
        return Optional.ofNullable(tun).orElseThrow(() -> new IllegalStateException("no engine has opened it yet"));
    }

    @Override
    public TunDevice openTun(String name, int mtu) throws IOException {
        if (tun != null) {
            throw new IOException(name + " is open already");
        }
        tun = new InMemoryTun(name, mtu);
        return tun;
    }

    /// The newest device of route-based tunnels of that name, once the engine has opened it.
    public InMemoryTun tun(String name) {
        return Optional.ofNullable(interfaces.get(name))
                .orElseThrow(() -> new IllegalStateException("no engine has opened " + name));
    }

    @Override
    public TunDevice openInterface(TunnelInterface wanted, String owner) {
        var made = new InMemoryTun(wanted.name(), wanted.mtu());
        interfaces.put(wanted.name(), made);
        return made;
    }

    @Override
    public EspTransport openTransport(InetSocketAddress local) throws IOException {
        return sockets.open(local);
    }

    @Override
    public EspTransport openRaw() throws IOException {
        return rawSockets.open();
    }

    @Override
    public NetworkSetup openNetwork(TunDevice device, DataPlaneContext context) {
        return new NoNetwork();
    }
}
