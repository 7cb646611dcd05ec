package io.vanth.ike.config;

import io.vanth.dataplane.TunnelInterface;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Change;
import io.vanth.ike.policy.Differences;
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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Route-based connections: an interface for each, whose routes say what is protected.
class InterfaceConfigTest {
    @TempDir
    private Path folder;

    /// Two connections for everything.
    private ConfigLoader.Outcome load(String one, String two) throws IOException {
        return load("interface: vanth0", one, two);
    }

    private ConfigLoader.Outcome load(String plane, String one, String two) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            dataPlane: {%s, mtu: 1390}
            connections:
              one:
                local: 192.0.2.1
                remote: 198.51.100.7
                psk: {env: PSK}
                %s
                tunnels:
                  all: {local: 0.0.0.0/0, remote: 0.0.0.0/0}
              two:
                local: 192.0.2.1
                remote: 198.51.100.8
                psk: {env: PSK}
                %s
                tunnels:
                  all: {local: 0.0.0.0/0, remote: 0.0.0.0/0}
            """.formatted(plane, one, two));
        return load(file);
    }

    private static ConfigLoader.Outcome load(Path file) {
        var surroundings = new Surroundings(_ -> Optional.of("fj3Kd82mQpz71LwXv"),
                new ImaginaryMachine().with("eth0", "192.0.2.1"),
                Set.of("userspace", "netlink"));
        return new ConfigLoader(surroundings).load(file);
    }

    /// The kernel has no interface for the tunnels that are not route-based.
    @Test
    void every_name_is_free_on_netlink() throws IOException {
        ConfigLoader.Outcome outcome = load("name: netlink", "interface: vanth0", "interface: vanth1");
        assertEquals(List.of(), outcome.findings());
        assertEquals(List.of(new TunnelInterface("vanth0", 1390), new TunnelInterface("vanth1", 1390)),
                outcome.configuration().orElseThrow().connections().stream()
                        .map(each -> each.tunnels().getFirst().via().orElseThrow()).toList());
    }

    private Configuration good(String one, String two) throws IOException {
        ConfigLoader.Outcome outcome = load(one, two);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow();
    }

    @Test
    void each_has_its_own_and_the_same_networks_are_no_conflict() throws IOException {
        Configuration configuration = good("interface: vanth-one", "interface: {name: vanth-two, mtu: 1300}");
        assertEquals(
                List.of(Optional.of(new TunnelInterface("vanth-one", 1390)),
                        Optional.of(new TunnelInterface("vanth-two", 1300))),
                configuration.connections().stream().map(each -> each.tunnels().getFirst().via()).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            interface: vanth-one | interface: vanth-one              | /connections/two/tunnels/all    | the same networks
            interface: vanth-one | interface: {name: vanth-one, mtu: 1300} | /connections/two/tunnels/all | another MTU
            interface: vanth-one | interface: vanth0                 | /connections/two/interface      | all tunnels that are not route-based
            interface: vanth-one | interface: {name: .}              | /connections/two/interface/name | does not fit
            interface: vanth-one | interface: all                    | /connections/two/interface      | no interface that could be made
            interface: vanth-one | interface: {name: lo}             | /connections/two/interface/name | no interface that could be made
            interface: vanth-one | interface: vanth-much-too-long    | /connections/two/interface      | does not fit
            interface: vanth-one | interface: {mtu: 1400}            | /connections/two/interface      | name
            interface: vanth-one | interface: {name: two, mtu: 20}   | /connections/two/interface/mtu  | does not fit
            interface: vanth-one | start: always                     | /connections/two/tunnels/all    | both sides have the same network
            """)
    void an_error_names_its_place(String one, String two, String path, String reason) throws IOException {
        ConfigLoader.Outcome outcome = load(one, two);
        Finding finding = outcome.findings().stream().filter(each -> each.severity() == Severity.ERROR).findFirst()
                .orElseThrow(() -> new AssertionError(outcome.findings()));
        assertEquals(path, finding.path(), finding::toString);
        assertTrue(finding.toString().contains(reason), finding::toString);
    }

    /// RFC 8200 section 5.
    @ParameterizedTest
    @CsvSource({"1279, false", "1280, true"})
    void ipv6_needs_its_mtu(int mtu, boolean good) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            connections:
              one:
                local: 192.0.2.1
                remote: 198.51.100.7
                psk: {env: PSK}
                interface: {name: vanth-one, mtu: %d}
                tunnels:
                  four: {local: 0.0.0.0/0, remote: 0.0.0.0/0}
                  six: {local: "::/0", remote: "::/0"}
            """.formatted(mtu));
        ConfigLoader.Outcome outcome = load(file);
        assertEquals(good ? List.of() : List.of("/connections/one/interface"),
                outcome.findings().stream().map(Finding::path).toList(), outcome.findings()::toString);
    }

    @Test
    void another_mtu_needs_a_new_process() throws IOException {
        List<Change> changes = good("interface: vanth-one", "interface: vanth-two").changesTo(
                good("interface: vanth-one", "interface: {name: vanth-two, mtu: 1300}"));
        assertEquals(List.of("two/all interface changed, cost restart",
                "daemon interface vanth-two mtu changed, cost process"),
                changes.stream().map(Change::toString).toList());
    }

    /// Its policies are of another interface.
    @Test
    void another_interface_restarts_the_tunnel() throws IOException {
        List<Change> changes = Differences.between(good("interface: vanth-one", "interface: vanth-two").connections(),
                good("interface: vanth-one", "interface: vanth-other").connections());
        assertEquals(List.of(Change.of("two/all", "interface", Change.Cost.RESTART)), changes);
    }
}
