package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// S-6: programs of the operator that run when a tunnel comes up and goes down.
@InLab({Program.IP, Program.PING, Program.STRONGSWAN})
final class HookIT {
    private static final Set<String> VARIABLES = Set.of("PATH", "VANTH_CONNECTION", "VANTH_TUNNEL", "VANTH_EVENT",
            "VANTH_LOCAL_ADDRESS", "VANTH_PEER_ADDRESS", "VANTH_LOCAL_NETWORK", "VANTH_REMOTE_NETWORK");
    /// What dash adds to its environment by itself.
    private static final Set<String> OF_THE_SHELL = Set.of("PWD", "OLDPWD", "_", "SHLVL");
    private static final Duration SHUTDOWN = Duration.ofSeconds(15);

    private static Besides hook(Lab lab, String event, String script) throws IOException {
        Path program = lab.folder().resolve("hook-" + event);
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Besides.settings("hooks: {%s: %s}".formatted(event, program));
    }

    private static Set<String> names(String environment) {
        return environment.lines().map(line -> line.substring(0, line.indexOf('=')))
                .filter(name -> !OF_THE_SHELL.contains(name)).collect(Collectors.toSet());
    }

    /// The peer's identity is a command for every shell that would see it.
    @Test
    void theProgramGetsNothingOfWhatThePeerSays(Lab lab) throws IOException {
        Path injected = lab.folder().resolve("injected");
        String hostile = "$(touch${IFS}%s)`touch${IFS}%s`@evil.example".formatted(injected, injected);
        Path seen = lab.folder().resolve("seen");
        var net = lab.siteToSite();
        var link = net.link().start(Start.PASSIVE).remote(net.link().remote().id(hostile));
        var vanth = net.a().vanth(hook(lab, "up", "env > %s.new; echo $# > %s.count; mv %s.new %s\n".formatted(seen,
                seen, seen, seen)), link);
        var swan = net.b().strongSwan(net.atB(link));
        swan.up(net.atB(link));
        vanth.awaitUp(link);
        Await.until("the hook ran", Await.LIMIT, () -> Files.exists(seen), vanth::log);
        String environment = Files.readString(seen);
        assertEquals(VARIABLES, names(environment), environment);
        assertTrue(environment.contains("VANTH_EVENT=up\n"), environment);
        assertTrue(environment.contains("VANTH_PEER_ADDRESS=192.0.2.2\n"), environment);
        assertFalse(environment.contains("evil"), environment);
        assertEquals("0", Files.readString(seen.resolveSibling("seen.count")).strip());
        assertFalse(Files.exists(injected));
        net.traffic(link).pingBothWays();
    }

    /// It hangs for longer than the test; nothing waits for it, and it does not outlive the daemon.
    @Test
    void aProgramThatHangsHoldsNothingUp(Lab lab) throws IOException {
        Path running = lab.folder().resolve("running");
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS);
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(hook(lab, "up", "echo $$ > %s\nexec sleep 1000\n".formatted(running)), link);
        vanth.awaitUp(link);
        Await.until("the hook runs", Await.LIMIT, () -> Files.exists(running) && content(running).endsWith("\n"),
                vanth::log);
        net.traffic(link).pingBothWays();
        vanth.down(link);
        vanth.awaitDown(link);
        swan.awaitGone(link);
        vanth.up(link);
        net.traffic(link).pingBothWays();
        long begun = System.nanoTime();
        assertEquals(0, vanth.terminate(), vanth.log());
        assertTrue(System.nanoTime() - begun < SHUTDOWN.toNanos(), vanth.log());
        long hook = Long.parseLong(content(running).strip());
        Await.until("the hook is gone", () -> ProcessHandle.of(hook).isEmpty());
    }

    private static String content(Path file) {
        return Daemon.read(file);
    }
}
