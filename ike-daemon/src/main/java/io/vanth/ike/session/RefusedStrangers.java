package io.vanth.ike.session;

import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.session.EngineStatus.PastFailure;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who was refused because no connection is configured for where it came from, each address once. The peer of a
/// connection may be among them: behind a NAT, at a new address, or where the configuration has a wrong one.
final class RefusedStrangers {
    private static final int KEPT = 8;

    private final Map<Knock, Refused> kept = new LinkedHashMap<>();

    /// Without the ports, which are others each time.
    private record Knock(InetAddress local, InetAddress remote) {}

    private record Refused(Path path, PastFailure failure) {}

    /// The one that knocked longest ago makes room.
    void remember(Path path, Failure failure, Instant now) {
        var knock = new Knock(path.local().getAddress(), path.remote().getAddress());
        var incident = new Incident(now, failure, Optional.empty());
        Refused before = kept.remove(knock);
        kept.put(knock, new Refused(path, before == null
                ? new PastFailure(now, 1, incident)
                : new PastFailure(before.failure().first(), before.failure().times() + 1, incident)));
        if (kept.size() > KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
    }

    /// Adds to a diagnosis those who may be its peer; none where the peer is there.
    Diagnosis addTo(Diagnosis diagnosis, ConnectionControl connection) {
        List<PastFailure> suspects = kept.values().stream().filter(each -> connection.maybeMeant(each.path()))
                .map(Refused::failure).toList().reversed();
        return diagnosis.status().state() == State.UP ? diagnosis : diagnosis.with(suspects);
    }
}
