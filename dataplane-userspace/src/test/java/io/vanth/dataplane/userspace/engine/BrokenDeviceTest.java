package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.testkit.EventLog;
import io.vanth.dataplane.testkit.ManualClock;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.port.InMemoryNetwork;
import io.vanth.dataplane.userspace.route.NetworkSetup;
import io.vanth.dataplane.userspace.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// A TUN device that goes away under the engine: the engine says so, and can still be closed.
final class BrokenDeviceTest {
    @Test
    void reportsThatItCanCarryNothingAnyMore() throws Exception {
        EventLog events = new EventLog();
        try (DataPlane plane = new UserspaceDataPlaneProvider(new RemovedTunDevices(new InMemoryNetwork(new Random(1))))
                .open(new DataPlaneContext("tun0",
                        1400, false, false, events, new ManualClock(), new SecureRandom()))) {
            DataPlaneEvent.Failed failed = events.await(DataPlaneEvent.Failed.class, any -> true);
            assertTrue(failed.reason().contains("tun0 was removed"), failed.reason());
            assertTrue(plane.counters().containsKey("outbound_packets"));
        }
    }

    /// The sockets work, on a network in memory.
    record RemovedTunDevices(InMemoryNetwork network) implements EngineDevices {
        @Override
        public TunDevice openTun(String name, int mtu) {
            return new RemovedTun(name, mtu);
        }

        @Override
        public EspTransport openTransport(InetSocketAddress local) throws IOException {
            return network.open(local);
        }

        @Override
        public EspTransport openRaw() throws IOException {
            throw new IOException("no raw sockets");
        }

        @Override
        public NetworkSetup openNetwork(TunDevice tun, DataPlaneContext context) {
            return new NoNetwork();
        }
    }

    private record RemovedTun(String name, int mtu) implements TunDevice {
        @Override
        public boolean takesUdpSegments() {
            return false;
        }

        @Override
        public int read(PacketBatch batch) throws IOException {
            throw new IOException(name + " was removed");
        }

        @Override
        public void awaitReadable(long timeoutNanos) {}

        @Override
        public void wakeup() {}

        @Override
        public int write(PacketBatch batch) throws IOException {
            throw new IOException(name + " was removed");
        }

        @Override
        public void close() {}
    }
}
