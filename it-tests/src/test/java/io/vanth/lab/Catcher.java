package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Takes datagrams of [ClearStream]s at an address, and counts them by their mark.
final class Catcher implements AutoCloseable {
    /// Where it listens.
    static final int PORT = 4243;
    private static final int SIZE = 200;

    private final DatagramChannel channel;
    private final Map<Integer, Integer> counts = new ConcurrentHashMap<>();

    private Catcher(DatagramChannel channel) {
        this.channel = channel;
    }

    static Catcher open(Lab lab, Namespace where, String address) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.named(where.name())) {
            Catcher catcher = new Catcher(namespace.call(() -> DatagramChannel.open()
                    .bind(new InetSocketAddress(InetAddress.ofLiteral(address), PORT))));
            Thread.ofPlatform().name("catcher-" + address).daemon().start(catcher::receive);
            return lab.own(catcher);
        }
    }

    /// How many came with this mark.
    int count(int mark) {
        return counts.getOrDefault(mark, 0);
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        try {
            while (true) {
                channel.receive(datagram.clear());
                counts.merge(datagram.getInt(0), 1, Integer::sum);
            }
        } catch (IOException gone) {
            if (channel.isOpen()) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
