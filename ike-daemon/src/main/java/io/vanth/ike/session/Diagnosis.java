package io.vanth.ike.session;

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
/// @param failures the latest first
public record Diagnosis(Connection connection, Optional<Tunnel> tunnel, ConnectionStatus status, List<Entry> failures) {
    public Diagnosis {
        failures = List.copyOf(failures);
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
