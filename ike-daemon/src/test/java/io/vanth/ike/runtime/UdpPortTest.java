package io.vanth.ike.runtime;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Why a socket cannot be opened, with and without the native transport.
class UdpPortTest {
    /// Of TEST-NET-1 (RFC 5737), so of no machine.
    private static final String NOT_HERE = "192.0.2.77";

    private static UdpPort open(EventLoop loop, boolean epoll, String address, int port) throws StartException {
        return open(loop, epoll, address, port, Optional.empty());
    }

    private static UdpPort open(EventLoop loop, boolean epoll, String address, int port, Optional<String> device)
            throws StartException {
        var where = new UdpPort.Where(new InetSocketAddress(InetAddress.ofLiteral(address), port), device,
                KernelUse.NONE);
        return UdpPort.open(loop, epoll, where, (_, _) -> {}, new AtomicLong());
    }

    private static MultiThreadIoEventLoopGroup group(boolean epoll) {
        return new MultiThreadIoEventLoopGroup(1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_address_of_another_machine_is_absent(boolean epoll) {
        try (var group = group(epoll)) {
            var absent = assertThrows(AbsentAddressException.class, () -> open(group.next(), epoll, NOT_HERE, 0));
            assertTrue(absent.getMessage().contains(NOT_HERE), absent::getMessage);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_port_that_is_taken_is_no_absent_address(boolean epoll) throws StartException {
        try (var group = group(epoll); UdpPort taken = open(group.next(), epoll, "127.0.0.1", 0)) {
            var refused = assertThrows(StartException.class,
                    () -> open(group.next(), epoll, "127.0.0.1", taken.local().getPort()));
            assertEquals(StartException.class, refused.getClass(), refused::getMessage);
            assertTrue(refused.getMessage().contains("is taken"), refused::getMessage);
        }
    }

    @Test
    void a_device_that_is_not_there_is_absent_and_gives_the_port_back() throws StartException {
        try (var group = group(true)) {
            var absent = assertThrows(AbsentAddressException.class,
                    () -> open(group.next(), true, "127.0.0.1", 0, Optional.of("nowhere")));
            assertTrue(absent.getMessage().contains("no interface 'nowhere'"), absent::getMessage);
            try (UdpPort there = open(group.next(), true, "127.0.0.1", 0, Optional.of("lo"))) {
                assertTrue(there.local().getPort() > 0);
            }
        }
    }

    /// The JDK has no such option.
    @Test
    void a_device_needs_the_native_transport() {
        try (var group = group(false)) {
            var refused = assertThrows(StartException.class,
                    () -> open(group.next(), false, "127.0.0.1", 0, Optional.of("lo")));
            assertTrue(refused.getMessage().contains("native transport"), refused::getMessage);
        }
    }
}
