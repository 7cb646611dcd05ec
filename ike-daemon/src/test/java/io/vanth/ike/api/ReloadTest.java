package io.vanth.ike.api;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
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
import java.lang.reflect.Proxy;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ReloadTest {
    private static final int NO_MARK = 0;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String OLD = "fj3Kd82mQpz71LwXv";
    private static final String REFUSED = "refused";
    private static final String LAN = "lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}";
    private static final String NEW = "Lw8sPq02mZx7Rt5Vb";

    @TempDir
    private Path folder;

    private final ConfigLoader loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
            new ImaginaryMachine().with("lo", LOOPBACK, "127.0.0.3"), Set.of("userspace")));
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
                stubborn(new UserspaceDataPlaneProvider(
                        new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK)))),
                true, new SteadyClock(), new SecureRandom(), _ -> {}, _ -> {}));
        daemon.begin();
        reload = new Reload(daemon, loader, file(), next -> applied.set(next.connections()));
    }

    @AfterEach
    void close() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /// Takes no policy of a tunnel that is called so.
    private static DataPlaneProvider stubborn(DataPlaneProvider provider) {
        return new DataPlaneProvider() {
            @Override
            public String name() {
                return provider.name();
            }

            @Override
            public DataPlane open(DataPlaneContext context) throws DataPlaneException {
                DataPlane plane = provider.open(context);
                return (DataPlane) Proxy.newProxyInstance(DataPlane.class.getClassLoader(),
                        new Class<?>[]{DataPlane.class}, (_, method, arguments) -> method.getName().equals("addPolicy")
                                && ((Policy) arguments[0]).name().endsWith(REFUSED)
                                        ? CompletableFuture.failedFuture(new DataPlaneException("there is no room"))
                                        : method.invoke(plane, arguments));
            }
        };
    }

    private List<String> policies() throws Exception {
        return daemon.policies().toCompletableFuture().get().stream()
                .map(each -> "%s %s".formatted(each.name(), each.traffic().remote())).toList();
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
                List.of(Change.of("branch", "credentials", Change.Cost.NONE)), ""), outcome);
        assertEquals(secret(NEW), key());
        assertEquals(daemon.configuration().connections(), applied.get());
        assertEquals(List.of(), reload.apply().changes());
    }

    @Test
    void a_plan_changes_nothing() throws IOException {
        write(folder.resolve("psk"), NEW);
        assertEquals(List.of(Change.of("branch", "credentials", Change.Cost.NONE)), reload.plan().changes());
        assertEquals(secret(OLD), key());
        assertEquals(List.of(Change.of("branch", "credentials", Change.Cost.NONE)), reload.plan().changes());
    }

    @Test
    void what_needs_a_new_process_is_named_and_nothing_is_changed() throws Exception {
        write(folder.resolve("psk"), NEW);
        edit("10.2.0.0/24", "10.3.0.0/24");
        edit("ports:", "metrics: {listen: off}\nports:");
        Reload.Outcome outcome = reload.apply();
        assertEquals("a new start of the daemon is needed for daemon metrics (the address of the metrics is opened at"
                + " the start)", outcome.refused());
        assertEquals(
                List.of("daemon metrics changed, cost process", "branch credentials changed, cost none",
                        "branch/lan networks changed, cost restart"),
                outcome.changes().stream().map(Change::toString).toList());
        assertEquals(secret(OLD), key());
        assertEquals(List.of("branch/lan 10.2.0.0/24"), policies());
    }

    @Test
    void tunnels_change_and_come_and_go() throws Exception {
        edit(LAN, LAN + "\n      two: {local: 10.1.0.0/24, remote: 10.4.0.0/24}");
        assertEquals(List.of("branch/two added, cost none"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/lan 10.2.0.0/24", "branch/two 10.4.0.0/24"), policies());
        List<Policy> before = daemon.policies().toCompletableFuture().get();
        edit("remote: 10.2.0.0/24", "remote: 10.3.0.0/24");
        assertEquals(List.of("branch/lan networks changed, cost restart"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/lan~1 10.3.0.0/24", "branch/two 10.4.0.0/24"), policies());
        assertEquals(before.getLast(), daemon.policies().toCompletableFuture().get().getLast());
        edit("lan: {local: 10.1.0.0/24, remote: 10.3.0.0/24}", "");
        assertEquals(List.of("branch/lan removed, cost drop"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/two 10.4.0.0/24"), policies());
        assertTrue(daemon.knows("branch/two").toCompletionStage().toCompletableFuture().get());
        assertFalse(daemon.knows("branch/lan").toCompletionStage().toCompletableFuture().get());
        assertEquals(List.of(), reload.apply().changes());
    }

    private List<String> planned() {
        return reload.plan().changes().stream().map(Change::toString).toList();
    }

    @Test
    void one_that_comes_first_stands_first() throws Exception {
        edit(LAN, "narrow: {local: 10.1.0.0/24, remote: 10.2.0.0/28}\n      " + LAN);
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/narrow 10.2.0.0/28", "branch/lan 10.2.0.0/24"), policies());
        edit("narrow: {local: 10.1.0.0/24, remote: 10.2.0.0/28}\n      " + LAN,
                LAN + "\n      narrow: {local: 10.1.0.0/24, remote: 10.2.0.0/28}");
        assertEquals(List.of("branch/narrow order changed, cost moment"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/lan 10.2.0.0/24", "branch/narrow~1 10.2.0.0/28"), policies());
    }

    /// So often that there is no room between their orders any more, which the plan says.
    @Test
    void many_come_first_one_after_the_other() throws Exception {
        String tunnels = LAN;
        for (int number = 0; number < 20; number++) {
            String more = "t%d: {local: 10.1.0.0/24, remote: 10.3.%d.0/24}\n      ".formatted(number, number);
            edit(tunnels, tunnels.replace(LAN, more + LAN));
            tunnels = tunnels.replace(LAN, more + LAN);
            List<String> before = names();
            List<String> plan = planned();
            assertEquals("branch/t%d added, cost none".formatted(number), plan.getFirst());
            Reload.Outcome outcome = reload.apply();
            assertEquals("", outcome.refused());
            assertEquals(plan, outcome.changes().stream().map(Change::toString).toList());
            List<String> replaced = names().stream().filter(each -> !before.contains(each)).skip(1)
                    .map(each -> each.replaceFirst("~.*", " order changed, cost moment")).toList();
            assertEquals(replaced, plan.subList(1, plan.size()));
        }
        List<Policy> all = daemon.policies().toCompletableFuture().get();
        assertEquals(21, all.stream().map(Policy::order).distinct().count(), all::toString);
        assertEquals("10.2.0.0/24", all.getLast().traffic().remote().toString());
        for (int number = 0; number < 20; number++) {
            assertEquals("10.3.%d.0/24".formatted(number), all.get(number).traffic().remote().toString());
        }
    }

    private List<String> names() throws Exception {
        return daemon.policies().toCompletableFuture().get().stream().map(Policy::name).toList();
    }

    @Test
    void a_step_that_fails_takes_back_those_before_it() throws Exception {
        write(folder.resolve("psk"), NEW);
        edit(LOOPBACK + "}", "127.0.0.3}");
        edit(LAN, "lan: {local: 10.1.0.0/24, remote: 10.5.0.0/24}\n      %s: {local: 10.1.0.0/24, remote: 10.6.0.0/24}"
                .formatted(REFUSED));
        List<Connection> before = daemon.configuration().connections();
        Reload.Outcome outcome = reload.apply();
        assertEquals("there is no room; everything is as before", outcome.refused());
        assertEquals(List.of("branch/lan 10.2.0.0/24"), policies());
        assertEquals(before, daemon.configuration().connections());
        assertEquals(secret(OLD), key());
        int ike = daemon.configuration().ports().ike();
        try (var socket = new DatagramSocket(ike, InetAddress.ofLiteral("127.0.0.3"))) {
            assertEquals(ike, socket.getLocalPort(), "what was opened is closed again");
        }
        edit(REFUSED, "welcome");
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("branch/lan~1 10.5.0.0/24", "branch/welcome 10.6.0.0/24"),
                policies().stream().map(each -> each.replaceFirst("~\\d+", "~1")).toList());
        try (var socket = new DatagramSocket(ike, InetAddress.ofLiteral(LOOPBACK))) {
            assertEquals(ike, socket.getLocalPort(), "nobody is there any more");
        }
    }

    /// Manual policies come after those of tunnels, which then go again.
    @Test
    void a_manual_policy_that_is_refused_takes_back_the_tunnels() throws Exception {
        String before = Files.readString(file());
        edit(LAN, LAN + "\n      two: {local: 10.1.0.0/24, remote: 10.4.0.0/24}");
        write(file(), Files.readString(file()) + """
            manual:
              policies:
                %s: {local: 10.1.0.0/24, remote: 10.7.0.0/24, action: [esp/tunnel/127.0.0.1-127.0.0.2/require]}
            """.formatted(REFUSED));
        Reload.Outcome outcome = reload.apply();
        assertEquals("the data plane refuses: there is no room; everything is as before", outcome.refused());
        assertEquals(List.of("branch/lan 10.2.0.0/24"), policies());
        write(file(), before);
        assertEquals(List.of(), reload.apply().changes());
    }

    @Test
    void connections_come_and_go() throws Exception {
        edit("connections:", """
                connections:
                  second:
                    local: {address: 127.0.0.3}
                    remote: {address: 127.0.0.4}
                    psk: {file: psk}
                    start: passive
                    tunnels:
                      lan: {local: 10.1.0.0/24, remote: 10.9.0.0/24}""");
        assertEquals(List.of("second added, cost none"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("second/lan 10.9.0.0/24", "branch/lan 10.2.0.0/24"), policies());
        String both = Files.readString(file());
        write(file(), both.substring(0, both.indexOf("  branch:")));
        assertEquals(List.of("branch removed, cost drop"), planned());
        assertEquals("", reload.apply().refused());
        assertEquals(List.of("second/lan 10.9.0.0/24"), policies());
        assertEquals(List.of("second"), applied.get().stream().map(Connection::name).toList());
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
