package io.vanth.ike.api;

import io.vanth.dataplane.userspace.engine.DropReason;
import io.vanth.ike.runtime.Daemon;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// O-2: a scrape waits for nobody. O-3: health is true at each moment.
class MetricsServerTest {
    private static final String HERE = "address: 127.0.0.1";
    private static final String PLANE = "vanth_silence_seconds{part=\"data_plane\"}";
    private static final String LOOP = "vanth_silence_seconds{part=\"event_loop\"}";

    @TempDir
    private Path folder;

    @BeforeEach
    void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
    }

    private static void assertHealth(MeteredDaemon daemon, String path, int status, String text) throws Exception {
        HttpResponse<String> health = daemon.get("/health/" + path);
        assertEquals(status, health.statusCode(), health.body());
        assertTrue(health.body().contains(text), health.body());
    }

    @Test
    void a_data_plane_that_answers_nothing_holds_up_no_scrape() throws Exception {
        try (var daemon = new MeteredDaemon(folder, HERE)) {
            daemon.awaitMore("vanth_tunnels_configured", 1);
            daemon.awaitMore("vanth_dataplane_keepalives_received_total", -1);
            assertHealth(daemon, "ready", 200, "ok");
            daemon.plane().silence();
            daemon.awaitMore(PLANE, 0);
            // What the core says goes on.
            double began = daemon.awaitMore(
                    "vanth_tunnel_down_seconds{connection=\"branch\",reason=\"none\",tunnel=\"spare\"}",
                    -1);
            daemon.awaitMore("vanth_tunnel_down_seconds{connection=\"branch\",reason=\"none\",tunnel=\"spare\"}",
                    began);
            assertTrue(daemon.scrape().contains(LOOP), "both are there");
            daemon.advance(Duration.ofSeconds(20));
            assertHealth(daemon, "ready", 503, "the data plane has not answered for");
            assertHealth(daemon, "live", 200, "ok");
        }
    }

    private static String answer(MeteredDaemon daemon, String host) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            socket.getOutputStream().write("GET /metrics HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(host)
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().findFirst()
                    .orElseThrow();
        }
    }

    /// It can have its own name lead to this machine (DNS rebinding).
    @Test
    void a_web_page_of_another_place_reads_nothing_on_loopback() throws Exception {
        try (var daemon = new MeteredDaemon(folder, HERE)) {
            assertEquals("HTTP/1.0 403 Forbidden", answer(daemon, "evil.example"));
            assertEquals("HTTP/1.0 200 OK", answer(daemon, "127.0.0.1:9464"));
            assertEquals("HTTP/1.0 200 OK", answer(daemon, "localhost:9464"));
        }
    }

    @Test
    void every_way_in_which_a_packet_can_end_is_there_from_the_beginning() throws Exception {
        try (var daemon = new MeteredDaemon(folder, HERE)) {
            daemon.awaitMore("vanth_dataplane_keepalives_received_total", -1);
            String page = daemon.scrape();
            for (DropReason reason : DropReason.values()) {
                String name = reason.counterName().replaceFirst("^dropped_(inbound_|outbound_)?", "");
                assertTrue(page.contains("reason=\"%s\"} 0.0\n".formatted(name)), reason + " is not in\n" + page);
            }
        }
    }

    /// What is told of a turn that is over already is told on the thread of who asks: then it was the wrong one.
    private static void keepBusy(Daemon daemon, CountDownLatch over) {
        Thread asking = Thread.currentThread();
        AtomicBoolean wrong = new AtomicBoolean();
        do {
            wrong.set(false);
            daemon.turn().onComplete(_ -> {
                if (Thread.currentThread().equals(asking)) {
                    wrong.set(true);
                } else {
                    await(over);
                }
            });
        } while (wrong.get());
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_busy_event_loop_holds_up_no_scrape_and_is_seen() throws Exception {
        try (var daemon = new MeteredDaemon(folder, HERE)) {
            daemon.awaitMore("vanth_event_loop_lag_seconds_count", 0);
            CountDownLatch over = new CountDownLatch(1);
            keepBusy(daemon.daemon(), over);
            daemon.awaitMore(LOOP, 0);
            assertHealth(daemon, "live", 200, "ok");
            daemon.advance(Duration.ofSeconds(15));
            assertHealth(daemon, "ready", 503, "the event loop has not answered for");
            assertHealth(daemon, "live", 200, "ok");
            daemon.advance(Duration.ofSeconds(20));
            assertHealth(daemon, "live", 503, "the event loop does not answer");
            over.countDown();
            daemon.awaitMore("vanth_event_loop_lag_seconds_max", 30);
            daemon.awaitMore("vanth_event_loop_lag_seconds_count", 1 + daemon.awaitMore(
                    "vanth_event_loop_lag_seconds_count", 0));
            assertHealth(daemon, "live", 200, "ok");
            assertHealth(daemon, "ready", 200, "ok");
        }
    }

    @Test
    void without_an_address_it_lives_and_is_not_ready() throws Exception {
        try (var daemon = new MeteredDaemon(folder, "interface: absent0")) {
            assertHealth(daemon, "live", 200, "ok");
            assertHealth(daemon, "ready", 503, "absent0");
        }
    }
}
