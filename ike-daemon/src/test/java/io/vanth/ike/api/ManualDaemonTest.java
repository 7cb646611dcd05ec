package io.vanth.ike.api;

import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.SteadyClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A daemon with manual keys alone, on real sockets of the loopback address.
class ManualDaemonTest {
    private static final int NO_MARK = 0;

    @TempDir
    private Path folder;

    private final ConfigLoader loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
            new ImaginaryMachine().with("lo", "127.0.0.1"), Set.of("userspace")));
    private int ike;
    private int port;

    @BeforeEach
    void choosePorts() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        try (var one = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
                var two = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            ike = one.getLocalPort();
            port = two.getLocalPort();
        }
    }

    private Path file(String... associations) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            ports: {ike: %d, natTraversal: %d}
            manual:
              associations:
            %s
              policies:
                all: {local: 10.1.0.0/24, remote: 10.2.0.0/24, action: [esp/tunnel/127.0.0.1-127.0.0.2/require]}
                more: {local: 10.1.0.0/24, remote: 10.3.0.0/24, action: [esp/tunnel/127.0.0.9-127.0.0.2/require]}
            """.formatted(ike, port, String.join("", associations).indent(4)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private String association(String name, int spi, String source, boolean inUdp) {
        return """
            %s:
              {protocol: esp, source: %s, destination: 127.0.0.2, spi: %d, mode: tunnel%s,
               integrity: {algorithm: sha1, key: "%s"}}
            """.formatted(name, source, spi,
                inUdp ? ", encapsulation: {localPort: %d, remotePort: 4500}".formatted(port) : "", "ab".repeat(20));
    }

    private Daemon start(Path file) throws Exception {
        return Daemon.open(new Daemon.Setup("manual", loader.load(file).configuration().orElseThrow(),
                new UserspaceDataPlaneProvider(new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK))),
                true, new SteadyClock(), new SecureRandom(), _ -> {}, _ -> {}));
    }

    private static List<Integer> spis(Daemon daemon) throws Exception {
        return daemon.associations().toCompletableFuture().get().stream().map(SaStatus::id)
                .map(each -> each.spi().value()).toList();
    }

    /// No connection opens the port.
    @Test
    void itsEspInUdpHasItsPort() throws Exception {
        Path file = file(association("one", 0x1000, "127.0.0.1", true));
        try (Daemon daemon = start(file)) {
            assertEquals(List.of(0x1000), spis(daemon));
            file(association("one", 0x1000, "127.0.0.1", true), association("two", 0x2000, "127.0.0.9", true));
            Reload.Outcome outcome = new Reload(daemon, loader, file, _ -> {}).apply();
            assertTrue(outcome.refused().contains("UDP port 127.0.0.9:" + port + " is not open"), outcome::refused);
            assertEquals(List.of(0x1000), spis(daemon));
        }
    }

    /// This data plane has no raw sockets.
    @Test
    void anSaThatCannotBeDoesNotEndTheDaemon() throws Exception {
        Path file = file(association("raw", 0x2000, "127.0.0.9", false),
                association("one", 0x1000, "127.0.0.1", true));
        try (Daemon daemon = start(file)) {
            assertEquals(List.of(0x1000), spis(daemon));
            assertEquals(2, daemon.policies().toCompletableFuture().get().size(), "what it was for is blocked");
            Reload.Outcome outcome = new Reload(daemon, loader, file, _ -> {}).apply();
            assertEquals("", outcome.refused(), "the same file can be read again");
            assertTrue(outcome.findings().stream().anyMatch(each -> each.path().equals("/manual/associations/raw")
                    && each.reason().contains("refused this SA")), outcome.findings()::toString);
            assertEquals(List.of(0x1000), spis(daemon));
        }
    }
}
