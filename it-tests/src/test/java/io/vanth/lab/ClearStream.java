package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A machine that sends to others without pause: numbered datagrams and first packets of TCP, and echo requests where
/// the kernel chooses the source, over both versions of IP. What the kernel refuses to send counts as offered too.
final class ClearStream implements AutoCloseable {
    /// Nobody listens at it.
    private static final int CLOSED_PORT = 4242;
    private static final Duration AT_LEISURE = Duration.ofMillis(200);
    private static final Duration IN_HASTE = Duration.ofMillis(1);
    private static final int ECHO_MILLIS = 1;
    private static final int SIZE = 100;

    /// Where packets go.
    ///
    /// @param source the address or the interface they come from; the kernel's choice where empty
    /// @param target an address
    record Route(Optional<String> source, String target) {
        static Route to(String target) {
            return new Route(Optional.empty(), target);
        }

        static Route from(String source, String target) {
            return new Route(Optional.of(source), target);
        }
    }

    private final NetworkNamespace namespace;
    private final int mark;
    private final List<Route> routes;
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread waiting;
    private volatile Duration pause = AT_LEISURE;
    private volatile boolean ended;
    private volatile Optional<Throwable> failure = Optional.empty();

    private ClearStream(NetworkNamespace namespace, int mark, List<Route> routes) {
        this.namespace = namespace;
        this.mark = mark;
        this.routes = routes;
        this.waiting = Thread.ofPlatform().daemon().start(this::send);
    }

    /// @param mark what its datagrams begin with
    static ClearStream start(Lab lab, Namespace from, int mark, Route... routes) throws Exception {
        return lab.own(new ClearStream(NetworkNamespace.named(from.name()), mark, List.of(routes)));
    }

    /// How many packets it has sent, or tried to.
    int offered() {
        return offered.get();
    }

    /// How many of them its own kernel did not take.
    int refused() {
        return refused.get();
    }

    /// Whether it leaves the machine little time for anything else.
    void hurry(boolean haste) {
        pause = haste ? IN_HASTE : AT_LEISURE;
    }

    /// Waits until it has offered this many.
    void awaitOffered(int enough) {
        Await.until(enough + " packets", Await.LIMIT.multipliedBy(4), () -> {
            failure.ifPresent(cause -> {
                throw new AssertionError("the stream broke", cause);
            });
            return offered.get() >= enough;
        }, () -> offered + " were sent");
    }

    private void send() {
        try {
            namespace.run(() -> {
                List<DatagramChannel> channels = new ArrayList<>();
                for (Route route : routes) {
                    channels.add(datagrams(route));
                }
                while (!ended) {
                    for (int index = 0; index < routes.size(); index++) {
                        round(routes.get(index), channels.get(index));
                    }
                    LockSupport.parkNanos(pause.toNanos());
                }
                for (DatagramChannel channel : channels) {
                    channel.close();
                }
            });
        } catch (Exception | AssertionError broken) {
            failure = Optional.of(broken);
        }
    }

    private static DatagramChannel datagrams(Route route) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        if (route.source().isPresent()) {
            channel.bind(source(route));
        }
        return channel;
    }

    private static InetSocketAddress source(Route route) {
        return new InetSocketAddress(InetAddress.ofLiteral(route.source().orElseThrow()), 0);
    }

    private void round(Route route, DatagramChannel channel) {
        InetAddress target = InetAddress.ofLiteral(route.target());
        offer(() -> channel.send(ByteBuffer.allocate(SIZE).putInt(mark).putInt(offered.get()).rewind(),
                new InetSocketAddress(target, Catcher.PORT)));
        offer(() -> {
            try (SocketChannel connection = SocketChannel.open()) {
                if (route.source().isPresent()) {
                    connection.bind(source(route));
                }
                connection.configureBlocking(false);
                connection.connect(new InetSocketAddress(target, CLOSED_PORT));
            }
        });
        if (route.source().isEmpty()) {
            // As root, this is an echo request.
            offer(() -> target.isReachable(ECHO_MILLIS));
        }
    }

    private void offer(Attempt attempt) {
        offered.incrementAndGet();
        try {
            attempt.run();
        } catch (SocketException noWay) {
            refused.incrementAndGet();
        } catch (IOException notPermitted) {
            // Netfilter and IPsec say so of a datagram.
            refused.incrementAndGet();
        }
    }

    /// One packet.
    private interface Attempt {
        void run() throws IOException;
    }

    @Override
    public void close() {
        ended = true;
        try {
            waiting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        namespace.close();
    }
}
