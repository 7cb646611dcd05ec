package io.vanth.ike.local;

import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: which address of ours is meant.
class AddressChoiceTest {
    private static final String PEER = "198.51.100.7";
    private static final LocalHost ETH0 = new LocalHost.Interface("eth0", false);
    private static final LocalHost ETH0_IPV6 = new LocalHost.Interface("eth0", true);
    private static final LocalHost ROUTE = new LocalHost.Route(InetAddress.ofLiteral(PEER));

    private final ImaginaryMachine machine = new ImaginaryMachine();

    private String choose(LocalHost host, String before) {
        return new AddressChoice(machine).choose(host, Optional.of(InetAddress.ofLiteral(before)))
                .map(InetAddress::getHostAddress).orElse("none");
    }

    private String choose(LocalHost host) {
        return new AddressChoice(machine).choose(host, Optional.empty()).map(InetAddress::getHostAddress)
                .orElse("none");
    }

    @Test
    void a_literal_address_is_meant_whether_it_is_there_or_not() {
        assertEquals("192.0.2.1", choose(new LocalHost.Address(InetAddress.ofLiteral("192.0.2.1"))));
    }

    @Test
    void of_an_interface_the_first_address_of_the_family() {
        machine.with("lo", "127.0.0.1").with("eth0", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");
        assertEquals("192.0.2.1", choose(ETH0));
        assertEquals("2001:db8:0:0:0:0:0:1", choose(ETH0_IPV6));
    }

    @Test
    void a_link_local_address_is_the_last_resort() {
        machine.with("eth0", "fe80::1", "2001:db8::1");
        assertEquals("2001:db8:0:0:0:0:0:1", choose(ETH0_IPV6));
        machine.with("eth0", "fe80::1");
        assertEquals("fe80:0:0:0:0:0:0:1", choose(ETH0_IPV6));
    }

    @Test
    void what_was_chosen_stays_when_another_comes_before_it() {
        machine.with("eth0", "192.0.2.9", "192.0.2.1");
        assertEquals("192.0.2.1", choose(ETH0, "192.0.2.1"));
        machine.with("eth0", "192.0.2.9");
        assertEquals("192.0.2.9", choose(ETH0, "192.0.2.1"));
    }

    @Test
    void an_interface_that_is_absent_down_or_bare_has_none() {
        assertEquals("none", choose(ETH0));
        machine.with("eth0");
        assertEquals("none", choose(ETH0));
        machine.with("eth0", "192.0.2.1").down("eth0");
        assertEquals("none", choose(ETH0, "192.0.2.1"));
    }

    @Test
    void the_address_follows_the_route_to_the_peer() {
        machine.with("eth0", "192.0.2.1").routing(PEER, "192.0.2.1");
        assertEquals("192.0.2.1", choose(ROUTE));
        machine.with("wwan0", "203.0.113.5").routing(PEER, "203.0.113.5");
        assertEquals("203.0.113.5", choose(ROUTE, "192.0.2.1"));
    }

    @Test
    void without_a_route_what_was_chosen_stays_while_it_is_there() {
        assertEquals("none", choose(ROUTE));
        machine.with("eth0", "192.0.2.1");
        assertEquals("none", choose(ROUTE));
        assertEquals("192.0.2.1", choose(ROUTE, "192.0.2.1"));
        machine.down("eth0");
        assertEquals("none", choose(ROUTE, "192.0.2.1"));
    }

    @Test
    void this_machine_has_a_loopback_interface() throws SocketException {
        String loopback = NetworkInterface.getByInetAddress(InetAddress.ofLiteral("127.0.0.1")).getName();
        var found = new ThisMachine().find(loopback).orElseThrow();
        assertTrue(found.up());
        assertTrue(found.addresses().contains(InetAddress.ofLiteral("127.0.0.1")), found::toString);
        assertEquals(Optional.of(InetAddress.ofLiteral("127.0.0.1")),
                new ThisMachine().towards(InetAddress.ofLiteral("127.0.0.1")));
    }
}
