package io.vanth.ike.exchange;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What happens to the core.
public sealed interface Event {
    /// A datagram arrived, without a non-ESP marker.
    record Datagram(Path path, Bytes bytes) implements Event {}

    /// A [Effect.Compute] is done.
    record Computed(long ticket, Computation.Result result) implements Event {}

    /// A [Effect.AllocateSpi] is done.
    record SpiAllocated(long ticket, Spi spi) implements Event {}

    /// A [Effect.InstallSa] is done.
    record SaInstalled(long ticket) implements Event {}

    /// The data plane refused a [Effect.AllocateSpi] or [Effect.InstallSa].
    record DataPlaneRefused(long ticket, String reason) implements Event {}

    /// The answer to a [Effect.QueryTraffic]; SAs that are gone are missing.
    record TrafficSeen(long ticket, Map<SaId, TrafficCounters> counters) implements Event {
        public TrafficSeen {
            counters = Map.copyOf(counters);
        }
    }

    /// A [Effect.Resolve] is done.
    record Resolved(long ticket, List<InetAddress> addresses) implements Event {
        public Resolved {
            addresses = List.copyOf(addresses);
        }
    }

    /// A [Effect.Resolve] found nothing.
    record Unresolved(long ticket, String reason) implements Event {}

    /// The address of ours behind this is another now, or there is none.
    record LocalAddress(LocalHost host, Optional<InetAddress> now) implements Event {}

    /// The data plane reports by itself; [DataPlaneEvent.IkeDatagram] comes as [Datagram] instead.
    record FromDataPlane(DataPlaneEvent event) implements Event {}

    /// The deadline of the last step is due.
    record DeadlineReached() implements Event {}

    /// The operator wants a connection, or one tunnel of it (`connection/tunnel`), up.
    record Up(String name) implements Event {}

    /// The operator wants a connection, or one tunnel of it, down: its SAs are deleted at the peer too, and we do not
    /// bring it up again. With `hold` the peer is refused too, until [Up].
    record Down(String name, boolean hold) implements Event {}

    /// The operator wants new keys for a connection's tunnels, or one tunnel.
    record Rekey(String name) implements Event {}

    /// The configuration has changed: these are the connections from now on. What goes on in them keeps its SAs; a
    /// tunnel of another group is another one.
    record Configured(List<Connection> connections) implements Event {
        public Configured {
            connections = List.copyOf(connections);
        }
    }

    /// The daemon stops: all SAs are deleted at their peers.
    record Shutdown() implements Event {}
}
