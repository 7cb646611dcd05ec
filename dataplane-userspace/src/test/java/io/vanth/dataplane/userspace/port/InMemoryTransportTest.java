package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

@Timeout(60)
final class InMemoryTransportTest {
    /// Agents hold the transport they send by: two that send to each other at once must not wait for each other.
    @Test
    void aTransportThatIsSendingTakesWhatComes() throws Exception {
        var network = new InMemoryNetwork(new Random(1));
        try (InMemoryTransport here = network.open(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4500));
                InMemoryTransport there = network
                        .open(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.2"), 4500))) {
            PacketBatch batch = new PacketBatch(1, 100, 0, 0);
            batch.add(50, new Endpoint(there.local()));
            synchronized (there) {
                assertEquals(1, CompletableFuture.supplyAsync(() -> here.send(batch)).get(20, TimeUnit.SECONDS));
            }
        }
    }
}
