package io.vanth.ike.api;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.SteadyClock;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A daemon of which a part has ended, throws or does not answer.
class DaemonTroubleTest {
    private static final int NO_MARK = 0;
    private static final long LIMIT = 15;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String LAN = "lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}";

    @TempDir
    private Path folder;

    private final ConfigLoader loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(),
            new ImaginaryMachine().with("lo", LOOPBACK), Set.of("userspace")));
    private final CompletableFuture<Throwable> crashed = new CompletableFuture<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Void> late = new CompletableFuture<>();
    private Daemon daemon;
    private Reload reload;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the daemon's sockets are of Linux");
        write(file(), """
            ports: {ike: %d, natTraversal: %d}
            connections:
              branch:
                local: {address: 127.0.0.1}
                remote: {address: 127.0.0.2}
                psk: {file: psk}
                start: passive
                tunnels:
                  %s
            """.formatted(free(), free(), LAN));
        write(folder.resolve("psk"), "fj3Kd82mQpz71LwXv");
        Configuration configuration = loader.load(file()).configuration().orElseThrow();
        daemon = Daemon.open(new Daemon.Setup("trouble", configuration,
                difficult(new UserspaceDataPlaneProvider(
                        new InMemoryDevices(local -> NatTraversalSocket.open(local, NO_MARK)))),
                true, new SteadyClock(), new SecureRandom(), _ -> {}, crashed::complete));
        daemon.begin();
        reload = new Reload(daemon, loader, file(), _ -> {});
    }

    @AfterEach
    void close() {
        late.complete(null);
        if (daemon != null) {
            daemon.close();
        }
    }

    private DataPlaneProvider difficult(DataPlaneProvider provider) {
        return new DataPlaneProvider() {
            @Override
            public String name() {
                return provider.name();
            }

            @Override
            public DataPlane open(DataPlaneContext context) throws DataPlaneException {
                DataPlane plane = provider.open(context);
                return (DataPlane) Proxy.newProxyInstance(DataPlane.class.getClassLoader(),
                        new Class<?>[]{DataPlane.class}, (_, method, arguments) -> answer(plane, method, arguments));
            }
        };
    }

    private Object answer(DataPlane plane, Method method, Object[] arguments) throws ReflectiveOperationException {
        if (method.getName().equals("addPolicy")) {
            String tunnel = ((Policy) arguments[0]).name();
            if (tunnel.endsWith("/throws")) {
                throw new IllegalStateException("the plane is broken");
            }
            if (tunnel.endsWith("/late")) {
                asked.countDown();
                Object answer = late;
                return answer;
            }
        }
        return method.invoke(plane, arguments);
    }

    private Path file() {
        return folder.resolve("vanth.yaml");
    }

    private static int free() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    private static void write(Path path, String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    private void addTunnel(String name) throws IOException {
        write(file(), Files.readString(file()).replace(LAN,
                LAN + "\n      %s: {local: 10.1.1.0/24, remote: 10.2.1.0/24}".formatted(name)));
    }

    /// The acceptor serves the API and the metrics; without it they are silent, and all else goes on.
    @Test
    void a_daemon_that_loses_an_event_loop_is_of_no_use() throws Exception {
        var acceptor = ((VertxInternal) daemon.vertx()).acceptorEventLoopGroup();
        assertTrue(acceptor.shutdownGracefully(0, 0, TimeUnit.SECONDS).await(LIMIT, TimeUnit.SECONDS));
        assertTrue(crashed.get(LIMIT, TimeUnit.SECONDS).getMessage().contains("an event loop has ended"));
    }

    @Test
    void a_daemon_that_ends_has_not_crashed() {
        var loop = ((VertxInternal) daemon.vertx()).acceptorEventLoopGroup();
        daemon.close();
        assertTrue(loop.isTerminated());
        assertFalse(crashed.isDone());
    }

    @Test
    void a_data_plane_that_throws_refuses_a_change() throws Exception {
        addTunnel("throws");
        String refused = reload.apply().refused();
        assertTrue(refused.contains("the plane is broken; everything is as before"), refused);
        assertEquals(List.of("branch/lan"), daemon.policies().toCompletableFuture().get().stream().map(Policy::name)
                .toList());
        assertEquals(1, daemon.configuration().connections().getFirst().tunnels().size());
    }

    /// A container has a few seconds, after which its peers are never told.
    @Test
    void an_end_does_not_wait_for_a_change_that_waits() throws Exception {
        addTunnel("late");
        CompletableFuture<Reload.Outcome> changing = CompletableFuture.supplyAsync(reload::apply);
        assertTrue(asked.await(LIMIT, TimeUnit.SECONDS));
        daemon.close();
        assertFalse(changing.isDone());
        late.completeExceptionally(new DataPlaneException("too late"));
        assertFalse(changing.get(LIMIT, TimeUnit.SECONDS).refused().isEmpty());
    }
}
