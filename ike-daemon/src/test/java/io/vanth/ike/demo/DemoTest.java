package io.vanth.ike.demo;

import io.vanth.ike.api.ControlServer;
import io.vanth.ike.runtime.StartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The whole daemon twice, with its API and its metrics; as `vanth demo`.
class DemoTest {
    @TempDir
    private static Path folder;
    private static final StringWriter TRANSCRIPT = new StringWriter();
    private static Demo demo;
    private static boolean good;

    @BeforeAll
    static void play() throws StartException, IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the demo's sockets are of Linux");
        demo = new Demo(new PrintWriter(TRANSCRIPT), "1.2.3");
        good = demo.play();
    }

    @AfterAll
    static void end() {
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void everythingArrivesThatHasTo() {
        assertTrue(good, TRANSCRIPT::toString);
    }

    @Test
    void theMetricsPageIsOfPrometheus() throws IOException {
        String page = get("/metrics");
        Set<String> malformed = page.lines().filter(line -> !line.startsWith("#"))
                .filter(line -> !line.matches("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*})? \\S+")).collect(Collectors.toSet());
        assertEquals(Set.of(), malformed);
        assertTrue(page.contains("vanth_build_info{version=\"1.2.3\"} 1"), page);
        assertTrue(page.contains("vanth_rekeys_total{connection=\"demo\",tunnel=\"lan\"} 3"), page);
        assertTrue(page.contains(
                "vanth_negotiations_succeeded_total{mode=\"main_mode\",role=\"initiator\"} 1"), page);
        assertTrue(page.contains("vanth_handshake_duration_seconds_bucket"), page);
        assertEquals("ok\n", get("/health/ready"));
        assertEquals("ok\n", get("/health/live"));
    }

    private static String get(String path) throws IOException {
        try (InputStream page = URI.create(demo.metricsAddress()).resolve(path).toURL().openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theApiIsForItsOwnerAndKnowsItsNames() throws StartException, IOException {
        Path socket = folder.resolve("run").resolve("vanth.sock");
        try (ControlServer _ = ControlServer.open(demo.api("1.2.3"), socket)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            assertEquals("rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
            assertTrue(ask(socket, "GET /api/status").contains("\"state\":\"up\""));
            String unknown = ask(socket, "POST /api/connections/nobody/up");
            assertTrue(unknown.startsWith("HTTP/1.0 404") && unknown.contains("demo/lan"), unknown);
            assertTrue(ask(socket, "GET /api/connections/demo/up").startsWith("HTTP/1.0 405"));
            assertThrows(StartException.class,
                    () -> ControlServer.open(demo.api("1.2.3"), socket),
                    "somebody answers there");
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void aSocketThatNobodyAnswersOnIsReplaced() throws StartException, IOException {
        Path socket = folder.resolve("stale.sock");
        try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(socket));
        }
        try (ControlServer _ = ControlServer.open(demo.api("1.2.3"), socket)) {
            assertTrue(ask(socket, "GET /api/status").startsWith("HTTP/1.0 200"));
        }
    }

    /// A place that is not known gets what is remembered.
    @Test
    void whatHappenedIsRememberedForWhoComesLater() throws StartException, IOException {
        Path socket = folder.resolve("events.sock");
        try (ControlServer _ = ControlServer.open(demo.api("1.2.3"), socket);
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("GET /api/events HTTP/1.0\r\nHost: vanth\r\nLast-Event-ID: x-1\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            var reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            List<String> types = new ArrayList<>();
            for (String line = reader.readLine(); types.size() < 4; line = reader.readLine()) {
                if (line.startsWith("event: ")) {
                    types.add(line.substring("event: ".length()));
                }
            }
            assertEquals(List.of("missed", "isakmp_up", "tunnel_up", "tunnel_rekeyed"), types);
        }
    }

    private static String ask(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer
                    .wrap((request + " HTTP/1.0\r\nHost: vanth\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void numberedPacketsAreIpv4() {
        byte[] packet = Numbered.packet(InetAddress.ofLiteral("10.1.0.1"), InetAddress.ofLiteral("10.2.0.1"), 3, 7,
                Numbered.SMALLEST);
        ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(packet, 20));
        int sum = 0;
        while (header.hasRemaining()) {
            sum += Short.toUnsignedInt(header.getShort());
        }
        assertEquals(0xFFFF, (sum & 0xFFFF) + (sum >>> 16), "RFC 791: the header sums to all ones");
        assertEquals(3, Numbered.run(packet));
        assertEquals(7, Numbered.number(packet));
    }
}
