package io.vanth.ike.session;

import io.vanth.ike.exchange.Failure;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.EngineStatus.ConnectionStatus;
import io.vanth.ike.session.EngineStatus.PastFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What is there to explain about a connection, or about one tunnel of it and the connection under it.
///
/// @param tunnel   the one that is asked about; empty for all
/// @param failures the latest first; behind them who was refused that may be its peer ([#strangers()])
public record Diagnosis(Connection connection, Optional<Tunnel> tunnel, ConnectionStatus status, List<Entry> failures) {
    public Diagnosis {
        failures = List.copyOf(failures);
    }

    /// How many of the last failures are of others, who came from where no peer is configured.
    public long strangers() {
        return failures.stream().filter(each -> each.failure().incident().failure() instanceof Failure.UnknownPeer)
                .count();
    }

    /// The same with others that were refused.
    Diagnosis with(List<PastFailure> strangers) {
        var all = new ArrayList<>(failures);
        strangers.forEach(each -> all.add(new Entry(Optional.empty(), each)));
        return new Diagnosis(connection, tunnel, status, all);
    }

    /// A failure of the connection, or of one of its tunnels.
    public record Entry(Optional<Tunnel> tunnel, PastFailure failure) {}

    /// @param only the tunnel that is asked about
    static Diagnosis of(Connection connection, Optional<String> only, ConnectionStatus status,
            List<PastFailure> ofConnection, ConnectionTunnels tunnels) {
        List<Tunnel> meant = connection.tunnels().stream()
                .filter(each -> only.map(each.name()::equals).orElse(true)).toList();
        var failures = new ArrayList<Entry>();
        ofConnection.forEach(each -> failures.add(new Entry(Optional.empty(), each)));
        meant.forEach(tunnel -> tunnels.named(tunnel.name()).orElseThrow().pastFailures()
                .forEach(each -> failures.add(new Entry(Optional.of(tunnel), each))));
        failures.sort(Comparator.comparing((Entry each) -> each.failure().incident().at()).reversed());
        return new Diagnosis(connection, only.map(_ -> meant.getFirst()), status, failures);
    }
}
