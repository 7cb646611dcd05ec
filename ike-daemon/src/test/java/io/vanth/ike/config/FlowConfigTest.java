package io.vanth.ike.config;

import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.ike.local.ImaginaryMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// `tfc` of a tunnel.
final class FlowConfigTest {
    @TempDir
    private Path folder;
    private final ImaginaryMachine machine = new ImaginaryMachine().with("eth0", "192.0.2.1").routing("198.51.100.7",
            "192.0.2.1");

    private ConfigLoader.Outcome load(String dataPlane, String tfc) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            dataPlane: {name: %s}
            connections:
              branch:
                remote: 198.51.100.7
                psk: {env: PSK}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24%s}
            """.formatted(dataPlane, tfc));
        var surroundings = new Surroundings(_ -> Optional.of("fj3Kd82mQpz71LwXv"), machine,
                Set.of("userspace", "netlink"));
        return new ConfigLoader(surroundings).load(file);
    }

    private static FlowConfidentiality flow(ConfigLoader.Outcome outcome) {
        return outcome.configuration().orElseThrow().connections().getFirst().tunnels().getFirst().flow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"userspace; ''; 0; 0", "userspace; ', tfc: {pad: 1000}'; 1000; 0",
            "netlink; ', tfc: {pad: mtu}'; 65535; 0", "userspace; ', tfc: {pad: mtu, dummies: 10}'; 65535; 10"})
    void says_what_is_hidden(String dataPlane, String tfc, int padded, int rate) throws IOException {
        ConfigLoader.Outcome outcome = load(dataPlane, tfc);
        assertEquals(List.of(), outcome.findings());
        assertEquals(new FlowConfidentiality(padded, rate), flow(outcome));
    }

    @Test
    void the_kernel_sends_no_dummies() throws IOException {
        ConfigLoader.Outcome outcome = load("netlink", ", tfc: {pad: mtu, dummies: 10}");
        assertTrue(outcome.configuration().isEmpty());
        Finding finding = outcome.findings().getFirst();
        assertEquals("/connections/branch/tunnels/lan/tfc/dummies", finding.path());
        assertTrue(finding.remedy().contains("userspace"), finding::toString);
    }

    @Test
    void dummies_without_padding_hide_little() throws IOException {
        ConfigLoader.Outcome outcome = load("userspace", ", tfc: {dummies: 10}");
        assertEquals(Severity.WARNING, outcome.findings().getFirst().severity());
        assertTrue(outcome.findings().getFirst().remedy().contains("pad: mtu"));
        assertEquals(new FlowConfidentiality(0, 10), flow(outcome));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{pad: 0}", "{pad: 65536}", "{pad: big}", "{dummies: 0}", "{dummies: 10001}"})
    void refuses_what_means_nothing(String tfc) throws IOException {
        assertTrue(load("userspace", ", tfc: " + tfc).configuration().isEmpty());
    }
}
