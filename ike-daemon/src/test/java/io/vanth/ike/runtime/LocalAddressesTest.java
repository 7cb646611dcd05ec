package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.local.AddressChoice;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.wire.Bytes;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/// I-24: the sockets follow the addresses of the machine.
class LocalAddressesTest {
    private static final InetAddress OLD = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress NEW = InetAddress.ofLiteral("192.0.2.50");
    private static final LocalHost ETH0 = new LocalHost.Interface("eth0", false);
    private static final LocalHost LITERAL = new LocalHost.Address(OLD);

    private final ImaginaryMachine machine = new ImaginaryMachine().with("eth0", "192.0.2.1");
    private final Set<InetAddress> bound = new HashSet<>();
    private final Set<InetAddress> refused = new HashSet<>();
    private final Set<InetAddress> taken = new HashSet<>();
    private final Sockets sockets = new Sockets(this::bind);
    /// Each with what was bound when it came.
    private final List<Told> told = new ArrayList<>();

    private record Told(Event event, Set<InetAddress> bound) {}

    private Sockets.Opened bind(InetAddress local) throws StartException {
        if (refused.contains(local)) {
            throw new AbsentAddressException("cannot be bound yet", new BindException());
        }
        if (taken.contains(local)) {
            throw new StartException("another daemon has the port");
        }
        bound.add(local);
        return new Sockets.Opened() {
            @Override
            public void send(Path path, Bytes message) {}

            @Override
            public void sendKeepalive(InetSocketAddress remote) {}

            @Override
            public void close() {
                bound.remove(local);
            }
        };
    }

    private LocalAddresses following(LocalHost... hosts) {
        return new LocalAddresses(Set.of(hosts), Set.of(), new AddressChoice(machine), sockets);
    }

    private void look(LocalAddresses addresses) throws StartException {
        addresses.look(event -> told.add(new Told(event, Set.copyOf(bound))));
    }

    private static Event is(InetAddress address) {
        return new Event.LocalAddress(ETH0, Optional.of(address));
    }

    private static Event isGone() {
        return new Event.LocalAddress(ETH0, Optional.empty());
    }

    /// Such as those of manual SAs with ESP in UDP (RFC 4862 section 5.4: an address may be there and not usable yet).
    @Test
    void what_is_merely_useful_does_not_end_the_start() throws StartException {
        for (Set<InetAddress> reason : List.of(refused, taken)) {
            reason.add(OLD);
            LocalAddresses useful = new LocalAddresses(Set.of(), Set.of(LITERAL), new AddressChoice(machine), sockets);
            assertEquals(List.of(new Event.LocalAddress(LITERAL, Optional.empty())), useful.open());
            assertEquals(Set.of(), bound);
            LocalAddresses needed = new LocalAddresses(Set.of(LITERAL), Set.of(LITERAL), new AddressChoice(machine),
                    sockets);
            assertThrows(StartException.class, needed::open);
            reason.clear();
        }
    }

    @Test
    void what_is_there_is_bound_and_told() throws StartException {
        assertEquals(List.of(is(OLD)), following(ETH0).open());
        assertEquals(Set.of(OLD), bound);
    }

    @Test
    void what_is_not_there_is_waited_for() throws StartException {
        machine.without("eth0");
        LocalAddresses addresses = following(ETH0);
        assertEquals(List.of(isGone()), addresses.open());
        look(addresses);
        assertEquals(List.of(), told);
        machine.with("eth0", "192.0.2.50");
        look(addresses);
        assertEquals(List.of(new Told(is(NEW), Set.of(NEW))), told);
    }

    @Test
    void the_new_sockets_are_open_before_and_the_old_ones_closed_after_it_is_told() throws StartException {
        LocalAddresses addresses = following(ETH0);
        addresses.open();
        machine.with("eth0", "192.0.2.50");
        look(addresses);
        assertEquals(List.of(new Told(is(NEW), Set.of(OLD, NEW))), told);
        assertEquals(Set.of(NEW), bound);
    }

    @Test
    void an_address_that_somebody_else_uses_stays_bound() throws StartException {
        LocalAddresses addresses = following(ETH0, LITERAL);
        addresses.open();
        machine.with("eth0", "192.0.2.50");
        look(addresses);
        assertEquals(Set.of(OLD, NEW), bound);
    }

    @Test
    void the_sockets_of_an_address_that_may_come_back_stay() throws StartException {
        LocalAddresses addresses = following(ETH0);
        addresses.open();
        machine.down("eth0");
        look(addresses);
        look(addresses);
        machine.with("eth0", "192.0.2.1");
        look(addresses);
        assertEquals(List.of(new Told(isGone(), Set.of(OLD)), new Told(is(OLD), Set.of(OLD))), told);
    }

    @Test
    void an_address_that_cannot_be_bound_yet_is_tried_again() throws StartException {
        LocalAddresses addresses = following(ETH0);
        addresses.open();
        machine.with("eth0", "192.0.2.50");
        refused.add(NEW);
        look(addresses);
        assertEquals(List.of(), told);
        refused.clear();
        look(addresses);
        assertEquals(List.of(new Told(is(NEW), Set.of(OLD, NEW))), told);
    }

    /// An IPv6 address is tentative for a second after the machine's start (RFC 4862 section 5.4).
    @Test
    void an_address_that_cannot_be_bound_at_the_start_is_tried_again() throws StartException {
        refused.add(OLD);
        LocalAddresses addresses = following(ETH0);
        assertEquals(List.of(isGone()), addresses.open());
        look(addresses);
        assertEquals(List.of(), told);
        refused.clear();
        look(addresses);
        assertEquals(List.of(new Told(is(OLD), Set.of(OLD))), told);
    }

    /// Between the opening of a connection's sockets and the moment when the core hears of it, seconds may pass.
    @Test
    void what_is_told_of_new_connections_is_what_is_so_by_then() throws StartException {
        LocalAddresses addresses = following();
        addresses.open();
        Set<LocalHost> fresh = addresses.admit(Set.of(ETH0));
        assertEquals(Set.of(ETH0), fresh);
        machine.with("eth0", "192.0.2.50");
        look(addresses);
        addresses.tell(fresh, event -> told.add(new Told(event, Set.copyOf(bound))));
        assertEquals(new Told(is(NEW), Set.of(NEW)), told.getLast());
        assertEquals(Set.of(), addresses.admit(Set.of(ETH0)));
    }

    @Test
    void a_daemon_that_cannot_bind_a_written_address_does_not_start() {
        refused.add(OLD);
        assertThrows(StartException.class, following(LITERAL)::open);
    }

    @Test
    void a_daemon_whose_port_is_taken_does_not_start() {
        taken.add(OLD);
        assertThrows(StartException.class, following(ETH0)::open);
    }
}
