package io.vanth.ike.demo;

import io.vanth.dataplane.Secret;
import io.vanth.ike.api.ControlApi;
import io.vanth.ike.api.EventFeed;
import io.vanth.ike.api.MetricsServer;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.StartException;
import io.vanth.ike.runtime.SteadyClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Negotiates, sends packets both ways, rekeys under them, and tells what happened.
public final class Demo implements AutoCloseable {
    private static final Duration UP_LIMIT = Duration.ofSeconds(30);
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final int BOTH_WAYS = 1000;
    private static final int WRONG = 10;
    private static final int DURING_REKEY = 6000;
    private static final int REKEYS = 3;
    private static final int BULK = 200_000;
    private static final int BULK_LENGTH = 1400;
    private static final long PAUSE_NANOS = 500_000;
    private static final int FIRST_RUN = 1;
    private static final int WRONG_RUN = 2;
    private static final int REKEY_RUN = 3;
    private static final int BULK_RUN = 4;

    private final PrintWriter out;
    private final Secret key;
    private final DaemonMetrics metrics;
    private final EventFeed events = new EventFeed(new SteadyClock());
    private final Gateway east;
    private final Gateway west;
    private final MetricsServer server;
    private boolean good = true;

    /// Starts both gateways.
    public Demo(PrintWriter out, String version) throws StartException, IOException {
        this.out = out;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = Secret.owning(random);
        Gateway.Site westSite = site("west", "127.0.0.1", "10.1.0.0/24");
        Gateway.Site eastSite = site("east", "127.0.0.2", "10.2.0.0/24");
        say("Two gateways in this process, IKE and ESP over UDP on the loopback:");
        List.of(westSite, eastSite).forEach(site -> say("  %s %s, ports %d and %d, protects %s".formatted(site.name(),
                site.address().getHostAddress(), site.ports().ike(), site.ports().natTraversal(), site.network())));
        east = Gateway.start(eastSite, westSite, key, StartMode.PASSIVE, transcript("east", _ -> {}));
        metrics = new DaemonMetrics(version, east.daemon().setup().configuration().connections());
        west = Gateway.start(westSite, eastSite, key, StartMode.ON_DEMAND, transcript("west", report -> {
            metrics.accept(report);
            events.accept(report);
        }));
        server = MetricsServer.open(west.daemon(), metrics,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Gateway.Site site(String name, String address, String network) throws IOException {
        InetAddress own = InetAddress.ofLiteral(address);
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress(own, 0));
                DatagramSocket two = new DatagramSocket(new InetSocketAddress(own, 0))) {
            return new Gateway.Site(name, own, new Ports(one.getLocalPort(), two.getLocalPort()), network);
        }
    }

    private Consumer<Report> transcript(String side, Consumer<Report> also) {
        return report -> {
            also.accept(report);
            say("  %s  %s".formatted(side, report.describe()));
        };
    }

    /// The API of the first gateway.
    public ControlApi api(String version) {
        return new ControlApi(west.daemon(), Optional.empty(), version, events);
    }

    /// Runs the whole play; whether everything arrived that had to, and nothing else.
    public boolean play() throws InterruptedException {
        say("");
        say("1. Main mode and quick mode");
        west.daemon().up(Gateway.CONNECTION);
        if (!west.awaitUp(UP_LIMIT) || !east.awaitUp(UP_LIMIT)) {
            check(false, "the tunnel came up");
            return false;
        }
        check(true, "the tunnel came up");
        bothWays();
        wrong();
        rekey();
        bulk();
        check(west.receiver().duplicates() + east.receiver().duplicates() == 0, "no packet arrived twice");
        return good;
    }

    private void bothWays() throws InterruptedException {
        say("");
        say("2. Packets both ways");
        stream(FIRST_RUN, BOTH_WAYS);
        arrived(FIRST_RUN, BOTH_WAYS);
    }

    private void wrong() throws InterruptedException {
        say("");
        say("3. Packets that no tunnel is for");
        InetAddress stranger = InetAddress.ofLiteral("10.9.0.1");
        for (int number = 0; number < WRONG; number++) {
            boolean _ = west.send(Numbered.packet(stranger, east.site().host(), WRONG_RUN, number,
                    Numbered.SMALLEST));
            boolean _ = west.send(Numbered.packet(west.site().host(), stranger, WRONG_RUN, number,
                    Numbered.SMALLEST));
        }
        int came = east.receiver().await(WRONG_RUN, 1, QUIET);
        long dropped = west.daemon().counters().getOrDefault("dropped_outbound_no_policy", 0L);
        check(came == 0 && dropped == 2 * WRONG,
                "%d packets outside of the networks: %d dropped, %d arrived".formatted(2 * WRONG, dropped, came));
    }

    private void rekey() throws InterruptedException {
        say("");
        say("4. New keys, %d times, under numbered packets both ways".formatted(REKEYS));
        Thread sender = Thread.ofPlatform().start(() -> stream(REKEY_RUN, DURING_REKEY));
        boolean rekeyed = true;
        for (int round = 0; round < REKEYS; round++) {
            int part = east.receiver().await(REKEY_RUN, DURING_REKEY * (round + 1) / (REKEYS + 2), UP_LIMIT);
            rekeyed &= part > 0;
            west.daemon().rekey(Gateway.CONNECTION + "/" + Gateway.TUNNEL);
            rekeyed &= west.awaitUp(UP_LIMIT) && east.awaitUp(UP_LIMIT);
        }
        check(rekeyed && sender.isAlive(), "%d rekeys while packets were under way".formatted(REKEYS));
        sender.join();
        arrived(REKEY_RUN, DURING_REKEY);
    }

    private void stream(int run, int count) {
        InetAddress westHost = west.site().host();
        InetAddress eastHost = east.site().host();
        for (int number = 0; number < count; number++) {
            boolean _ = west.send(Numbered.packet(westHost, eastHost, run, number, Numbered.SMALLEST));
            boolean _ = east.send(Numbered.packet(eastHost, westHost, run, number, Numbered.SMALLEST));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void arrived(int run, int count) throws InterruptedException {
        int atEast = east.receiver().await(run, count, ARRIVAL_LIMIT);
        int atWest = west.receiver().await(run, count, ARRIVAL_LIMIT);
        check(atEast == count, "west -> east: %d of %d packets arrived".formatted(atEast, count));
        check(atWest == count, "east -> west: %d of %d packets arrived".formatted(atWest, count));
    }

    /// As fast as it goes: what a full queue loses is no failure.
    private void bulk() throws InterruptedException {
        say("");
        say("5. Throughput");
        byte[] packet = Numbered.packet(west.site().host(), east.site().host(), BULK_RUN, 0, BULK_LENGTH);
        long before = east.receiver().bytes();
        long start = System.nanoTime();
        for (int number = 0; number < BULK; number++) {
            ByteBuffer.wrap(packet).putInt(Numbered.NUMBER_OFFSET, number);
            while (!west.send(packet)) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        int came = east.receiver().await(BULK_RUN, BULK, QUIET);
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabits = (east.receiver().bytes() - before) * 8 / seconds / 1e6;
        say("  %d of %d packets of %d bytes in %.1f s: %.0f Mbit/s through both engines; sent without a pause, so full queues may drop some"
                .formatted(came, BULK,
                        BULK_LENGTH, seconds, megabits));
    }

    private void check(boolean holds, String what) {
        good &= holds;
        say("  %s %s".formatted(holds ? "ok  " : "FAIL", what));
    }

    /// The two daemons, for their status.
    public List<Daemon> daemons() {
        return List.of(west.daemon(), east.daemon());
    }

    /// Where the metrics of the west gateway are.
    public String metricsAddress() {
        return "http://127.0.0.1:%d/metrics".formatted(server.port());
    }

    private synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    /// Takes the tunnel down at both ends.
    @Override
    public void close() {
        server.close();
        west.close();
        east.close();
        key.close();
    }
}
