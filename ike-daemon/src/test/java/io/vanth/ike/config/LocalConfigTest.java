package io.vanth.ike.config;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.LocalHost;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: where our datagrams come from, as it is configured.
class LocalConfigTest {
    private static final String PEER = "198.51.100.7";

    @TempDir
    private Path folder;

    private final ImaginaryMachine machine = new ImaginaryMachine().with("lo", "127.0.0.1").with("eth0", "192.0.2.1");

    private ConfigLoader.Outcome load(String local, String remote) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            connections:
              branch:
                %s
                remote: %s
                psk: {env: PSK}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(local, remote));
        var surroundings = new Surroundings(_ -> Optional.of("fj3Kd82mQpz71LwXv"), machine, Set.of("userspace"));
        return new ConfigLoader(surroundings).load(file);
    }

    private Connection connection(String local, String remote) throws IOException {
        ConfigLoader.Outcome outcome = load(local, remote);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow().connections().getFirst();
    }

    private void assertWarned(String local, String remote, String path, String reason, String remedy)
            throws IOException {
        ConfigLoader.Outcome outcome = load(local, remote);
        assertEquals(1, outcome.findings().size(), outcome.findings()::toString);
        Finding finding = outcome.findings().getFirst();
        assertTrue(outcome.configuration().isPresent(), "what lacks may come: " + finding);
        assertEquals(Severity.WARNING, finding.severity());
        assertEquals(path, finding.path());
        assertTrue(finding.reason().contains(reason), finding::toString);
        assertTrue(finding.remedy().contains(remedy), finding::toString);
    }

    @Test
    void an_interface_has_the_family_of_the_peer() throws IOException {
        machine.with("eth0", "192.0.2.1", "2001:db8::1");
        assertEquals(new LocalHost.Interface("eth0", false), connection("local: {interface: eth0}", PEER).local());
        assertEquals(new LocalHost.Interface("eth0", true),
                connection("local: {interface: eth0}", "2001:db8::7").local());
        assertEquals(new LocalHost.Interface("eth0", false),
                connection("local: {interface: eth0}", "gw.example.org").local());
    }

    @Test
    void without_anything_it_is_the_route_to_the_peer() throws IOException {
        machine.routing(PEER, "192.0.2.1");
        assertEquals(new LocalHost.Route(InetAddress.ofLiteral(PEER)), connection("lifetime: 8h", PEER).local());
    }

    @Test
    void the_identity_is_the_address_of_the_moment_unless_it_is_written() throws IOException {
        Connection unnamed = connection("local: {interface: eth0}", PEER);
        assertEquals(Identity.parse("203.0.113.5"), unnamed.at(InetAddress.ofLiteral("203.0.113.5")).localId());
        Connection named = connection("local: {interface: eth0, id: 192.0.2.1}", PEER);
        assertEquals(Identity.parse("192.0.2.1"), named.at(InetAddress.ofLiteral("203.0.113.5")).localId());
    }

    @Test
    void an_address_and_an_interface_contradict_each_other() throws IOException {
        ConfigLoader.Outcome outcome = load("local: {address: 192.0.2.1, interface: eth0}", PEER);
        assertTrue(outcome.configuration().isEmpty());
        assertEquals("/connections/branch/local/interface", outcome.findings().getFirst().path());
    }

    @Test
    void an_interface_that_is_not_there_is_told_with_those_that_are() throws IOException {
        assertWarned("local: {interface: eth7}", PEER, "/connections/branch/local/interface", "no interface 'eth7'",
                "lo, eth0");
    }

    @Test
    void an_interface_that_is_down_is_told() throws IOException {
        machine.down("eth0");
        assertWarned("local: {interface: eth0}", PEER, "/connections/branch/local/interface", "eth0 is down",
                "ip link set eth0 up");
    }

    @Test
    void an_interface_without_an_address_of_the_family_is_told() throws IOException {
        assertWarned("local: {interface: eth0}", "2001:db8::7", "/connections/branch/local/interface",
                "no IPv6 address", "ip address show dev eth0");
    }

    @Test
    void of_several_addresses_it_is_told_which_is_taken() throws IOException {
        machine.with("eth0", "192.0.2.1", "192.0.2.5");
        assertWarned("local: {interface: eth0}", PEER, "/connections/branch/local/interface",
                "the first is taken: 192.0.2.1, 192.0.2.5", "{address: 192.0.2.1}");
    }

    @Test
    void an_address_of_another_machine_is_told() throws IOException {
        assertWarned("local: 192.0.2.99", PEER, "/connections/branch/local", "on no interface",
                "this machine (192.0.2.1), or {interface: NAME}");
        assertWarned("local: {address: 192.0.2.99}", PEER, "/connections/branch/local/address",
                "on no interface", "192.0.2.1");
        connection("local: 127.0.0.9", "127.0.0.10");
    }

    @Test
    void a_peer_without_a_route_is_told() throws IOException {
        assertWarned("lifetime: 8h", PEER, "/connections/branch/local", "no route", "ip route get " + PEER);
    }

    @Test
    void a_peer_without_an_address_needs_a_local_end() throws IOException {
        ConfigLoader.Outcome outcome = load("lifetime: 8h", "gw.example.org");
        assertTrue(outcome.configuration().isEmpty());
        assertTrue(outcome.findings().getFirst().remedy().contains("interface"), outcome.findings()::toString);
    }
}
