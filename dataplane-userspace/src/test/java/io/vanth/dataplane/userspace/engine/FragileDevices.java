package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.InMemoryTun;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// In memory, with devices of route-based tunnels that somebody can remove, and a network that can refuse policies.
final class FragileDevices implements EngineDevices {
    final LinkedBlockingQueue<FragileTun> interfaces = new LinkedBlockingQueue<>();
    volatile boolean refusing;
    private final InMemoryNetwork network;
    private final List<InetAddress> addresses;

    FragileDevices(InMemoryNetwork network, InetAddress... addresses) {
        this.network = network;
        this.addresses = List.of(addresses);
    }

    @Override
    public TunDevice openTun(String name, int mtu) {
        return new InMemoryTun(name, mtu);
    }

    @Override
    public TunDevice openInterface(TunnelInterface wanted, String owner) throws IOException {
        if (refusing) {
            throw new IOException("refused");
        }
        var made = new FragileTun(new InMemoryTun(wanted.name(), wanted.mtu()));
        interfaces.add(made);
        return made;
    }

    @Override
    public EspTransport openTransport(InetSocketAddress local) throws IOException {
        return network.open(local);
    }

    @Override
    public EspTransport openRaw() throws IOException {
        return network.openRaw(addresses);
    }

    @Override
    public NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) {
        return new NetworkSetup() {
            @Override
            public void add(Policy policy) throws DataPlaneException {
                if (policy.name().startsWith("refused")) {
                    throw new DataPlaneException("refused");
                }
            }

            @Override
            public void remove(Policy policy) {}

            @Override
            public void settle() {}

            @Override
            public void close() {}
        };
    }

    /// Ends as devices do that are removed: reading and writing fail, and the reader is woken.
    static final class FragileTun implements TunDevice {
        private final InMemoryTun tun;
        volatile boolean dead;
        volatile String end = "";

        FragileTun(InMemoryTun tun) {
            this.tun = tun;
        }

        InMemoryTun inside() {
            return tun;
        }

        /// As `ip link del`, but that the reader learns it only from a writer when it is not woken.
        void die(boolean wake) {
            dead = true;
            if (wake) {
                tun.wakeup();
            }
        }

        @Override
        public String name() {
            return tun.name();
        }

        @Override
        public int mtu() {
            return tun.mtu();
        }

        @Override
        public boolean takesUdpSegments() {
            return true;
        }

        @Override
        public int read(PacketBatch batch) throws IOException {
            check();
            return tun.read(batch);
        }

        private void check() throws IOException {
            if (dead) {
                throw new IOException("the interface is gone");
            }
        }

        @Override
        public void awaitReadable(long timeoutNanos) {
            tun.awaitReadable(timeoutNanos);
        }

        @Override
        public void wakeup() {
            tun.wakeup();
        }

        @Override
        public int write(PacketBatch batch) throws IOException {
            check();
            return tun.write(batch);
        }

        @Override
        public void close() {
            end = "closed";
            tun.close();
        }

        @Override
        public void remove() {
            end = "removed";
            tun.close();
        }

        @Override
        public void abandon() {
            end = "as it was found";
            tun.close();
        }
    }
}
