package io.vanth.ike.config;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.policy.Uniqueness;
import java.io.IOException;
import java.net.InetAddress;
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
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Where a peer is, and what happens to it in the course of time.
class LifeConfigTest {
    @TempDir
    private Path folder;

    private ConfigLoader.Outcome load(String remote, String more) throws IOException {
        Path key = folder.resolve("branch.psk");
        Files.writeString(key, "0123456789abcdefghij\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            connections:
              branch:
                local: 192.0.2.1
                remote: %s
                psk: {file: branch.psk}
                %s
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(remote, more));
        return new ConfigLoader(new Surroundings(_ -> Optional.empty(),
                new ImaginaryMachine().with("eth0", "192.0.2.1"), Set.of("userspace")))
                .load(file);
    }

    private Connection connection(String remote, String more) throws IOException {
        ConfigLoader.Outcome outcome = load(remote, more);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow().connections().getFirst();
    }

    @Test
    void a_peer_may_have_a_name_by_which_it_calls_itself() throws IOException {
        Connection branch = connection("gw.example.org", "");
        assertEquals(List.of(new PeerHost.Name("gw.example.org")), branch.remoteHosts());
        assertEquals(Identity.parse("gw.example.org"), branch.remoteId());
    }

    @Test
    void a_peer_may_have_several_addresses_and_other_ports() throws IOException {
        Connection branch = connection(
                "{address: [198.51.100.7, gw.example.org], id: gw.example.org, port: 5000, natTraversalPort: 5001}",
                "");
        assertEquals(List.of(new PeerHost.Address(InetAddress.ofLiteral("198.51.100.7")),
                new PeerHost.Name("gw.example.org")), branch.remoteHosts());
        assertEquals(new Ports(5000, 5001), branch.remotePorts());
    }

    @Test
    void several_addresses_need_an_identity() throws IOException {
        Finding finding = load("{address: [198.51.100.7, 198.51.100.8]}", "").findings().getFirst();
        assertEquals("/connections/branch/remote", finding.path());
        assertTrue(finding.remedy().contains("id: gw.example.org"), finding.remedy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100", "198.51.100.300", "gw example", "-gw.example", "[198.51.100.7, any]",
            "224.0.0.1", "0.0.0.0"})
    void what_is_neither_an_address_nor_a_name_is_refused(String address) throws IOException {
        List<Finding> findings = load("{address: %s, id: gw.example.org}".formatted(
                address.startsWith("[") ? address : "\"" + address + "\""), "").findings();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(Severity.ERROR, findings.getFirst().severity());
    }

    @ParameterizedTest
    @CsvSource({"never,NEVER", "replace,REPLACE", "keep,KEEP"})
    void uniqueness_is_configurable(String word, Uniqueness expected) throws IOException {
        assertEquals(expected, connection("198.51.100.7", "unique: " + word).uniqueness());
        assertEquals(Uniqueness.REPLACE, connection("198.51.100.7", "").uniqueness());
    }

    @Test
    void dead_peer_detection_is_periodic_unless_it_is_to_be_on_demand() throws IOException {
        assertEquals(Dpd.Mode.PERIODIC, connection("198.51.100.7", "").dpd().mode());
        assertEquals(Dpd.Mode.ON_DEMAND, connection("198.51.100.7", "dpd: {mode: onDemand}").dpd().mode());
    }

    @Test
    void an_action_that_a_start_mode_overrides_is_pointed_out() throws IOException {
        Finding finding = load("198.51.100.7", "dpd: {action: clear}").findings().getFirst();
        assertEquals(Severity.WARNING, finding.severity());
        assertEquals("/connections/branch/dpd/action", finding.path());
        assertEquals(List.of(), load("198.51.100.7", "start: onDemand\n    dpd: {action: clear}").findings());
    }
}
