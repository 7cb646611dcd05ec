package io.vanth.ike.config;

import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.PhaseOneMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ModeConfigTest {
    private static final String START = """
            connections:
              branch:
                local: 192.0.2.1
                remote: 198.51.100.7
                psk: {env: PSK}
            """;
    private static final String END = """
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """;

    @TempDir
    private Path folder;

    private ConfigLoader.Outcome load(String lines) throws IOException {
        return loadAll(START + lines.indent(4) + END);
    }

    private ConfigLoader.Outcome loadAll(String text) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, text);
        var surroundings = new Surroundings(name -> Optional.of("fj3Kd82mQpz71LwXv" + name),
                new ImaginaryMachine().with("eth0", "192.0.2.1"), Set.of("userspace"));
        return new ConfigLoader(surroundings).load(file);
    }

    private static PhaseOneMode mode(ConfigLoader.Outcome outcome) {
        return outcome.configuration().orElseThrow().connections().getFirst().mode();
    }

    @Test
    void mainModeIsTheDefault() throws IOException {
        assertEquals(PhaseOneMode.MAIN, mode(load("")));
        assertEquals(PhaseOneMode.MAIN, mode(load("mode: main")));
    }

    @Test
    void aggressiveModeWithAPreSharedKeyIsSaidToBeGuessable() throws IOException {
        var refused = load("mode: aggressive").findings().getFirst();
        assertEquals(Severity.ERROR, refused.severity());
        assertTrue(refused.remedy().contains("allow: [aggressivePsk]"), refused::toString);
        var outcome = load("mode: aggressive\nallow: [aggressivePsk]");
        assertEquals(PhaseOneMode.AGGRESSIVE, mode(outcome));
        List<Finding> findings = outcome.findings();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(Severity.WARNING, findings.getFirst().severity());
        assertTrue(findings.getFirst().reason().contains("offline"), findings::toString);
        assertEquals(6, findings.getFirst().place().line());
    }

    /// Message 1 says who calls, so that each may have its own key; in main mode only the address would be known.
    @Test
    void peersOfAnyAddressMayHaveTheirOwnKeysInAggressiveMode() throws IOException {
        for (String mode : List.of("main", "aggressive")) {
            String text = "connections:\n" + warrior("alice", mode, 1) + warrior("bob", mode, 2);
            var findings = loadAll(text).findings();
            assertEquals(mode.equals("main"), findings.stream().anyMatch(each -> each.severity() == Severity.ERROR),
                    findings::toString);
        }
    }

    private static String warrior(String name, String mode, int net) {
        return """
              %s:
                local: 192.0.2.1
                remote: {address: any, id: %s@example.org}
                mode: %s
                allow: [aggressivePsk]
                psk: {env: PSK_%d}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.%d.0/24}
            """.formatted(name, name, mode, net, net).indent(2);
    }

    @Test
    void proposalsOfSeveralGroupsCannotAllBeOffered() throws IOException {
        var findings = load(
                "mode: aggressive\nallow: [aggressivePsk]\nproposals: [aes256-sha256-ecp256, aes128-sha256-modp2048]")
                .findings();
        assertTrue(findings.stream().anyMatch(each -> each.reason().contains("aes128-sha256-modp2048")),
                findings::toString);
        assertTrue(load("mode: main\nproposals: [aes256-sha256-ecp256, aes128-sha256-modp2048]").findings().isEmpty());
    }
}
