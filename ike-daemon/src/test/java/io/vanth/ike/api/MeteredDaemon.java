package io.vanth.ike.api;

import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.SteadyClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// A daemon with its metrics, whose data plane can fall silent and whose clock can jump.
final class MeteredDaemon implements AutoCloseable {
    private static final int NO_MARK = 0;
    private static final int OK = 200;
    /// Much more than a scrape takes, much less than anybody is silent here.
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final InstantSource steady = new SteadyClock();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SilentDataPlane.Provider plane = new SilentDataPlane.Provider(
            new UserspaceDataPlaneProvider(new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK))));
    private final Daemon daemon;
    private final DaemonMetrics metrics;
    private final MetricsServer server;
    private volatile Duration ahead = Duration.ZERO;

    /// @param local of its connection, in YAML
    MeteredDaemon(Path folder, String local) throws Exception {
        Path file = folder.resolve("vanth.yaml");
        write(folder.resolve("psk"), "fj3Kd82mQpz71LwXv");
        write(file, """
            ports: {ike: %d, natTraversal: %d}
            connections:
              branch:
                local: {%s}
                remote: {address: 127.0.0.2, id: peer.example}
                psk: {file: psk}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
                  spare: {local: 10.1.0.0/24, remote: 10.3.0.0/24, start: passive}
            """.formatted(free(), free(), local));
        Configuration configuration = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
                new ImaginaryMachine().with("lo", "127.0.0.1"), Set.of("userspace"))).load(file).configuration()
                .orElseThrow();
        metrics = new DaemonMetrics("1.2.3", configuration.connections());
        daemon = Daemon.open(new Daemon.Setup("metered", configuration, plane, true,
                () -> steady.instant().plus(ahead), new SecureRandom(), metrics::accept, _ -> {}));
        daemon.begin();
        server = MetricsServer.open(daemon, metrics, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    private static int free() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    Daemon daemon() {
        return daemon;
    }

    DaemonMetrics metrics() {
        return metrics;
    }

    SilentDataPlane.Provider plane() {
        return plane;
    }

    /// Its clock jumps.
    void advance(Duration more) {
        ahead = ahead.plus(more);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    }

    int port() {
        return server.port();
    }

    String scrape() throws IOException, InterruptedException {
        HttpResponse<String> page = get("/metrics");
        assertEquals(OK, page.statusCode());
        return page.body();
    }

    /// The first value of a series that is greater than `least`, scraping until there is one.
    double awaitMore(String series, double least) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(LIMIT);
        while (true) {
            String page = scrape();
            Optional<Double> value = page.lines().filter(line -> line.startsWith(series + " "))
                    .map(line -> Double.valueOf(line.substring(series.length() + 1))).findFirst();
            if (value.filter(each -> each > least).isPresent()) {
                return value.get();
            }
            assertTrue(Instant.now().isBefore(end), () -> series + " does not exceed " + least + " in\n" + page);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        daemon.close();
    }
}
