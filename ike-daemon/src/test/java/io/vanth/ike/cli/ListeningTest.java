package io.vanth.ike.cli;

import io.vanth.ike.runtime.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-1: a port that somebody has is told before the daemon does anything.
class ListeningTest {
    @Test
    void aPortThatIsTakenIsNamedWithItsKey() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = Optional.of(new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort()));
            String metrics = assertThrows(StartException.class,
                    () -> new Listening(Optional.empty(), false, address).check()).getMessage();
            assertTrue(metrics.startsWith("metrics cannot be served on 127.0.0.1:" + taken.getLocalPort()), metrics);
            assertTrue(metrics.endsWith("or change metrics.listen"), metrics);
            String api = assertThrows(StartException.class,
                    () -> new Listening(address, true, Optional.empty()).check()).getMessage();
            assertTrue(api.endsWith("or change control.listen"), api);
        }
    }

    @Test
    void aPortThatIsFreeStaysFree() throws IOException {
        InetSocketAddress address;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
        var listening = new Listening(Optional.of(address), false, Optional.of(address));
        assertDoesNotThrow(listening::check);
        assertDoesNotThrow(listening::check);
    }

    @Test
    void placesAreWrittenAsTheyAreAskedFor() {
        var four = Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9464));
        var six = Optional.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9465));
        assertEquals(", metrics http://127.0.0.1:9464/metrics, API and page https://[0:0:0:0:0:0:0:1]:9465/",
                new Listening(six, true, four).text());
        assertEquals("", new Listening(Optional.empty(), false, Optional.empty()).text());
    }
}
