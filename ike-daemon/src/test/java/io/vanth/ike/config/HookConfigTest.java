package io.vanth.ike.config;

import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Hooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The programs that are run for a tunnel.
class HookConfigTest {
    @TempDir
    private Path folder;

    private ConfigLoader.Outcome load(String hooks) throws IOException {
        Path key = folder.resolve("branch.psk");
        Files.writeString(key, "0123456789abcdefghij\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            connections:
              branch:
                local: 192.0.2.1
                remote: 192.0.2.2
                psk: {file: branch.psk}
                hooks: %s
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(hooks));
        return new ConfigLoader(new Surroundings(_ -> Optional.empty(),
                new ImaginaryMachine().with("eth0", "192.0.2.1"), Set.of("userspace")))
                .load(file);
    }

    private void program(String permissions) throws IOException {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void programs_are_found_beside_the_configuration() throws IOException {
        program("rwxr-xr-x");
        ConfigLoader.Outcome outcome = load("{up: program}");
        assertEquals(List.of(), outcome.findings());
        assertEquals(new Hooks(Optional.of(folder.resolve("program").toString()), Optional.empty()),
                outcome.configuration().orElseThrow().connections().getFirst().hooks());
    }

    @ParameterizedTest
    @CsvSource({"rwxrwxr-x,chmod go-w", "rwxr-xrwx,chmod go-w", "rw-r--r--,chmod 755"})
    void a_program_must_be_executable_and_safe_from_others(String permissions, String remedy) throws IOException {
        program(permissions);
        assertRefused("/connections/branch/hooks/down", remedy, load("{down: program}"));
    }

    @Test
    void a_program_must_be_there() throws IOException {
        assertRefused("/connections/branch/hooks/up", "relative to the folder", load("{up: nothing}"));
        assertRefused("/connections/branch/hooks/up", "relative to the folder", load("{up: .}"));
    }

    private static void assertRefused(String path, String remedy, ConfigLoader.Outcome outcome) {
        Finding finding = outcome.findings().getFirst();
        assertEquals(Severity.ERROR, finding.severity());
        assertEquals(path, finding.path());
        assertTrue(finding.remedy().contains(remedy), finding.remedy());
    }
}
