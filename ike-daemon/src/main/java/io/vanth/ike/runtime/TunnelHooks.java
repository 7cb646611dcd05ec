package io.vanth.ike.runtime;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Hooks;
import io.vanth.ike.policy.Tunnel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the operator's programs when tunnels come up and go down, away from the event loop. They learn what is configured
/// and two addresses; no text of a peer gets into their environment.
final class TunnelHooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelHooks.class);
    private static final int AT_ONCE = 4;
    private static final long IDLE_SECONDS = 30;

    /// Those that have hooks, by `connection/tunnel`.
    private final Map<String, HookedTunnel> tunnels = new HashMap<>();
    private final Map<String, Tunnel> configured = new HashMap<>();
    private final ThreadPoolExecutor threads;
    private final Duration patience;
    private final HookProgram program;

    /// @param patience how long the end waits for programs that run
    TunnelHooks(List<Connection> connections, HookProgram program, Duration patience, String name) {
        this.patience = patience;
        // At most one entry for each tunnel waits in the queue.
        threads = new ThreadPoolExecutor(AT_ONCE, AT_ONCE, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name + "-hook-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        this.program = program;
        configure(connections);
    }

    /// From the next event of each tunnel on they are as these say. What is no longer configured still gets its `down`.
    final synchronized void configure(List<Connection> connections) {
        for (Connection connection : connections) {
            connection.tunnels().forEach(tunnel -> put(connection, tunnel));
        }
    }

    private void put(Connection connection, Tunnel tunnel) {
        String name = connection.name() + "/" + tunnel.name();
        HookedTunnel known = tunnels.get(name);
        if (known != null) {
            known.configure(connection.hooks());
            configured.put(name, tunnel);
        } else if (!connection.hooks().equals(Hooks.NONE)) {
            configured.put(name, tunnel);
            tunnels.put(name, new HookedTunnel(name, connection.hooks(), program, threads));
        }
    }

    /// Acts on what a report says; called on the event loop, returns at once. New keys are no event.
    synchronized void accept(Report report) {
        if (report instanceof Report.TunnelUp up && !up.rekeyed()) {
            find(up).ifPresent(name -> tunnels.get(name).up(variables(up, configured.get(name))));
        } else if (report instanceof Report.TunnelDown down) {
            find(down).ifPresent(name -> tunnels.get(name).down());
        }
    }

    private Optional<String> find(Report report) {
        Report.Subject subject = report.subject();
        return subject.connection().flatMap(connection -> subject.tunnel().map(tunnel -> connection + "/" + tunnel))
                .filter(tunnels::containsKey);
    }

    private static Map<String, String> variables(Report.TunnelUp up, Tunnel tunnel) {
        return Map.of("VANTH_CONNECTION", up.subject().connection().orElseThrow(),
                "VANTH_TUNNEL", tunnel.name(),
                "VANTH_LOCAL_ADDRESS", up.path().local().getAddress().getHostAddress(),
                "VANTH_PEER_ADDRESS", up.path().remote().getAddress().getHostAddress(),
                "VANTH_LOCAL_NETWORK", tunnel.traffic().local().toString(),
                "VANTH_REMOTE_NETWORK", tunnel.traffic().remote().toString());
    }

    /// Every tunnel is down: waits for the hooks for a while, and ends those that still run.
    @Override
    public void close() {
        synchronized (this) {
            tunnels.values().forEach(HookedTunnel::down);
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("hooks still run when the daemon ends: they are killed");
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
