package io.vanth.ike.config;

import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Change;
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

/// I-24: a daemon of one interface or VRF.
class DeviceConfigTest {
    @TempDir
    private Path folder;
    private final ImaginaryMachine machine = new ImaginaryMachine().with("eth0", "192.0.2.1").with("blue")
            .routing("198.51.100.7", "192.0.2.1");

    private ConfigLoader.Outcome load(String ports) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            ports: {%s}
            connections:
              branch:
                remote: 198.51.100.7
                psk: {env: PSK}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(ports));
        var surroundings = new Surroundings(_ -> Optional.of("fj3Kd82mQpz71LwXv"), machine, Set.of("userspace"));
        return new ConfigLoader(surroundings).load(file);
    }

    private Configuration good(String ports) throws IOException {
        ConfigLoader.Outcome outcome = load(ports);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow();
    }

    @Test
    void the_sockets_are_bound_to_it() throws IOException {
        assertEquals(Optional.of("blue"), good("device: blue").device());
        assertEquals(Optional.empty(), good("ike: 500").device());
    }

    /// It may come later, as an address may; until then no route leads there.
    @Test
    void one_that_is_not_there_is_told_with_those_that_are() throws IOException {
        ConfigLoader.Outcome outcome = load("device: red");
        assertTrue(outcome.configuration().isPresent(), outcome.findings()::toString);
        assertEquals(List.of("/ports/device", "/connections/branch/local"),
                outcome.findings().stream().map(Finding::path).toList());
        Finding finding = outcome.findings().getFirst();
        assertEquals(Severity.WARNING, finding.severity());
        assertTrue(finding.reason().contains("no interface 'red'"), finding::toString);
        assertTrue(finding.remedy().contains("eth0, blue"), finding::toString);
    }

    @Test
    void a_name_that_no_interface_can_have_is_an_error() throws IOException {
        assertTrue(load("device: a/b").configuration().isEmpty());
        assertTrue(load("device: aNameOfSixteenCh").configuration().isEmpty());
    }

    @Test
    void another_one_needs_a_restart() throws IOException {
        List<Change> changes = good("device: blue").changesTo(good("device: eth0"));
        assertEquals(List.of(new Change("daemon", "ports.device", Change.Kind.CHANGED, Change.Cost.PROCESS,
                "the sockets of all connections are bound to it")), changes);
    }
}
