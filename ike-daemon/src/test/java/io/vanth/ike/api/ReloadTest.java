package io.vanth.ike.api;

import io.vanth.dataplane.Secret;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Change;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.SteadyClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ReloadTest {
    private static final int NO_MARK = 0;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String OLD = "fj3Kd82mQpz71LwXv";
    private static final String NEW = "Lw8sPq02mZx7Rt5Vb";

    @TempDir
    private Path folder;

    private final ConfigLoader loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
            new ImaginaryMachine().with("lo", LOOPBACK), Set.of("userspace")));
    private final AtomicReference<List<Connection>> applied = new AtomicReference<>();
    private Daemon daemon;
    private Reload reload;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        write(file(), text("10.2.0.0/24"));
        write(folder.resolve("psk"), OLD);
        Configuration configuration = loader.load(file()).configuration().orElseThrow();
        daemon = Daemon.open(new Daemon.Setup("reload", configuration,
                new UserspaceDataPlaneProvider(new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK))),
                true, new SteadyClock(), new SecureRandom(), _ -> {}, _ -> {}));
        reload = new Reload(daemon, loader, file(), applied::set);
    }

    @AfterEach
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Path file() {
        return folder.resolve("vanth.yaml");
    }

    private static int free() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    private static String text(String remote) throws IOException {
        return """
            ports: {ike: %d, natTraversal: %d}
            connections:
              branch:
                local: {address: %s}
                remote: {address: 127.0.0.2}
                psk: {file: psk}
                start: passive
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: %s}
            """.formatted(free(), free(), LOOPBACK, remote);
    }

    private static void write(Path path, String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    private void edit(String from, String to) throws IOException {
        write(file(), Files.readString(file()).replace(from, to));
    }

    private Secret key() {
        return ((Authentication.PreShared) daemon.configuration().connections().getFirst().authentication()).key();
    }

    private static Secret secret(String text) {
        return Secret.owning(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void another_key_is_taken_over_and_told() throws IOException {
        write(folder.resolve("psk"), NEW);
        Reload.Outcome outcome = reload.apply();
        assertEquals(new Reload.Outcome(List.of(),
                List.of(new Change("branch", "credentials", Change.Cost.NONE)), ""), outcome);
        assertEquals(secret(NEW), key());
        assertEquals(daemon.configuration().connections(), applied.get());
        assertEquals(List.of(), reload.apply().changes());
    }

    @Test
    void a_plan_changes_nothing() throws IOException {
        write(folder.resolve("psk"), NEW);
        assertEquals(List.of(new Change("branch", "credentials", Change.Cost.NONE)), reload.plan().changes());
        assertEquals(secret(OLD), key());
        assertEquals(List.of(new Change("branch", "credentials", Change.Cost.NONE)), reload.plan().changes());
    }

    @Test
    void what_needs_a_restart_is_named_and_nothing_is_changed() throws IOException {
        write(folder.resolve("psk"), NEW);
        edit("10.2.0.0/24", "10.3.0.0/24");
        edit("ports:", "metrics: {listen: off}\nports:");
        Reload.Outcome outcome = reload.apply();
        assertEquals("a restart of the daemon is needed for daemon metrics, branch tunnels", outcome.refused());
        assertEquals(secret(OLD), key());
    }

    @Test
    void a_file_with_an_error_changes_nothing_and_says_what_is_wrong() throws IOException {
        write(folder.resolve("psk"), NEW);
        edit("remote: {address", "remoat: {address");
        Reload.Outcome outcome = reload.apply();
        assertTrue(outcome.refused().contains("vanth.yaml:5") && outcome.refused().contains("remoat"),
                outcome.refused());
        assertEquals(secret(OLD), key());
    }
}
