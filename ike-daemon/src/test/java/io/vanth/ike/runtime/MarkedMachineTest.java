package io.vanth.ike.runtime;

import io.netty.channel.epoll.Epoll;
import io.vanth.ike.local.ThisMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: the address from which our own packets leave. That the mark leads them around the tunnels is for the lab.
class MarkedMachineTest {
    private static final int LOOKS = 1000;

    private final MarkedMachine machine = new MarkedMachine();

    @Test
    void the_route_to_this_machine_is_from_its_own_address() {
        assertTrue(Epoll.isAvailable(), () -> String.valueOf(Epoll.unavailabilityCause()));
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(Optional.of(loopback), machine.towards(loopback));
        InetAddress loopback6 = InetAddress.ofLiteral("::1");
        assertEquals(new ThisMachine().towards(loopback6), machine.towards(loopback6));
    }

    /// The limited broadcast address (RFC 919 section 7) is nobody's.
    @Test
    void where_no_route_leads_there_is_none() {
        assertEquals(Optional.empty(), machine.towards(InetAddress.ofLiteral("255.255.255.255")));
    }

    @Test
    void a_device_that_is_not_there_leads_nowhere() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(Optional.of(loopback), machine.through("lo").towards(loopback));
        assertEquals(Optional.empty(), machine.through("nowhere").towards(loopback));
        assertTrue(machine.has("lo"));
        assertFalse(machine.has("nowhere"));
    }

    @Test
    void asking_again_and_again_leaves_nothing_open() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(Optional.of(loopback), machine.towards(loopback));
        int before = openFiles();
        for (int look = 0; look < LOOKS; look++) {
            assertEquals(Optional.of(loopback), machine.towards(loopback));
        }
        assertTrue(openFiles() < before + LOOKS / 2, () -> before + " files were open");
    }

    private static int openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        }
    }
}
