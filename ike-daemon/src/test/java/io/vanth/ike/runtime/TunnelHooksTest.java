package io.vanth.ike.runtime;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Hooks;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The programs of the operator (S-6: child processes).
@EnabledOnOs(OS.LINUX)
class TunnelHooksTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String HOSTILE = "$(touch /tmp/x); \u001b[2J`id`\n%n";

    @TempDir
    private Path folder;

    private Path program(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private Path pipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    private static Connection connection(Hooks hooks) {
        Connection plain = ConnectionDraft.plain("branch", InetAddress.ofLiteral("192.0.2.1"),
                InetAddress.ofLiteral("192.0.2.2"), Secret.owning("0123456789".getBytes(StandardCharsets.US_ASCII)));
        return ConnectionDraft.change(plain, draft -> {
            draft.hooks = hooks;
            draft.tunnels = List.of(new Tunnel("lan", new SaGroup(1),
                    new TrafficPair(TrafficSelector.parse("10.1.0.0/24"), TrafficSelector.parse("10.2.0.0/24")),
                    List.of(), LONG, StartMode.PASSIVE));
        });
    }

    private static Report.Subject subject() {
        return new Report.Subject(Optional.of("branch"), Optional.of("lan"), HOSTILE, "quick mode", 1);
    }

    private static Report up(String peer, boolean rekeyed) {
        var path = new io.vanth.ike.exchange.Path(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4500),
                new InetSocketAddress(InetAddress.ofLiteral(peer), 4500), true);
        return new Report.TunnelUp(subject(), path, new Spi(256), new Spi(257), HOSTILE, rekeyed);
    }

    private static Report down() {
        return new Report.TunnelDown(subject(), HOSTILE, false);
    }

    /// Says all that, and waits until the program of `up` has written to the pipe.
    private void tell(Path pipe, Hooks hooks, Report... reports) throws IOException {
        try (var told = new TunnelHooks(List.of(connection(hooks)), new HookProgram(LONG), LONG, "test")) {
            for (Report report : reports) {
                told.accept(report);
            }
            Files.readString(pipe);
        }
    }

    @Test
    void s6_a_program_gets_no_arguments_and_nothing_that_a_peer_wrote() throws Exception {
        Path seen = folder.resolve("seen");
        Path pipe = pipe();
        Path up = program("up", "echo \"arguments $#\" > %s; env >> %s; echo done > %s".formatted(seen, seen, pipe));
        tell(pipe, new Hooks(Optional.of(up.toString()), Optional.empty()), up("198.51.100.7", false));
        var lines = new TreeSet<>(Files.readAllLines(seen));
        // What the shell of this test's program adds itself.
        lines.removeIf(line -> line.matches("(PWD|OLDPWD|SHLVL|_)=.*"));
        assertTrue(lines.removeIf(line -> line.startsWith("PATH=")));
        assertEquals(new TreeSet<>(List.of("arguments 0", "VANTH_CONNECTION=branch", "VANTH_TUNNEL=lan",
                "VANTH_EVENT=up", "VANTH_LOCAL_ADDRESS=192.0.2.1", "VANTH_PEER_ADDRESS=198.51.100.7",
                "VANTH_LOCAL_NETWORK=10.1.0.0/24", "VANTH_REMOTE_NETWORK=10.2.0.0/24")), lines);
    }

    @Test
    void up_and_down_come_in_order_and_new_keys_are_no_event() throws Exception {
        Path seen = folder.resolve("seen");
        Path pipe = pipe();
        Path both = program("both", """
            echo "$VANTH_EVENT $VANTH_PEER_ADDRESS" >> %s
            if [ $VANTH_EVENT = up ]; then echo done > %s; fi""".formatted(seen, pipe));
        tell(pipe, new Hooks(Optional.of(both.toString()), Optional.of(both.toString())), up("192.0.2.2", false),
                up("192.0.2.2", true));
        // The end of the daemon is the end of the tunnel.
        assertEquals(List.of("up 192.0.2.2", "down 192.0.2.2"), Files.readAllLines(seen));
    }

    @Test
    void programs_of_a_changed_configuration_are_for_the_next_event() throws Exception {
        Path seen = folder.resolve("seen");
        Path pipe = pipe();
        Path both = program("both", """
            echo "$VANTH_EVENT" >> %s
            if [ $VANTH_EVENT = up ]; then echo done > %s; fi""".formatted(seen, pipe));
        var hooks = new Hooks(Optional.of(both.toString()), Optional.of(both.toString()));
        try (var told = new TunnelHooks(List.of(connection(Hooks.NONE)), new HookProgram(LONG), LONG, "test")) {
            told.accept(up("192.0.2.2", false));
            told.configure(List.of(connection(hooks)));
            told.accept(down());
            told.accept(up("192.0.2.2", false));
            Files.readString(pipe);
            told.configure(List.of());
        }
        assertEquals(List.of("up", "down"), Files.readAllLines(seen));
    }

    /// The programs wait until all has been said.
    @Test
    void a_tunnel_that_changes_faster_than_its_programs_run_ends_in_its_last_state() throws Exception {
        Path seen = folder.resolve("seen");
        Path pipe = pipe();
        Path gate = folder.resolve("gate");
        Path both = program("both", """
            if [ ! -e %2$s ]; then echo started > %3$s; fi
            while [ ! -e %1$s ]; do sleep 0.05; done
            echo "$VANTH_EVENT $VANTH_PEER_ADDRESS" >> %2$s""".formatted(gate, seen, pipe));
        var hooks = new Hooks(Optional.of(both.toString()), Optional.of(both.toString()));
        try (var told = new TunnelHooks(List.of(connection(hooks)), new HookProgram(LONG), LONG, "test")) {
            told.accept(up("192.0.2.2", false));
            Files.readString(pipe);
            for (int flap = 0; flap < 1000; flap++) {
                told.accept(down());
                told.accept(up("192.0.2.3", false));
            }
            Files.createFile(gate);
        }
        // The state of 192.0.2.3 may be over before its turn comes.
        List<String> lines = Files.readAllLines(seen);
        assertEquals(List.of("up 192.0.2.2", "down 192.0.2.2"), lines.subList(0, 2));
        assertTrue(lines.size() == 2
                || lines.subList(2, lines.size()).equals(List.of("up 192.0.2.3", "down 192.0.2.3")), lines::toString);
    }

    @Test
    void s6_what_a_program_prints_is_bounded_and_harmless() throws Exception {
        Path chatty = program("chatty", "printf 'a\\033[2Jb\\n'; head -c 1000000 /dev/zero | tr '\\0' x; exit 3");
        HookProgram.Ending ending = new HookProgram(LONG).run(chatty, Map.of());
        assertEquals(Optional.of(3), ending.exit());
        assertEquals("a\\x1b[2Jb", ending.output().getFirst());
        assertTrue(String.join("", ending.output()).length() <= 4200);
    }

    @Test
    void a_program_that_takes_too_long_is_killed_with_what_it_started() throws Exception {
        Path slow = program("slow", "sleep 600 & sleep 600");
        var before = new ArrayList<>(ProcessHandle.current().descendants().toList());
        HookProgram.Ending ending = new HookProgram(Duration.ofSeconds(1)).run(slow, Map.of());
        assertEquals(Optional.empty(), ending.exit());
        var left = new ArrayList<>(ProcessHandle.current().descendants().toList());
        left.removeAll(before);
        for (ProcessHandle each : left) {
            each.onExit().get();
        }
    }

    @Test
    void what_cannot_be_started_says_so() {
        assertThrows(IOException.class, () -> new HookProgram(LONG).run(folder.resolve("absent"), Map.of()));
    }
}
