package io.vanth.ike.session;

import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Circumstances.Progress;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.session.EngineStatus.LastFailure;
import io.vanth.ike.session.EngineStatus.PastFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The latest failures of a connection or tunnel, each different one once: a failure that repeats must not drive out
/// the others.
final class FailureMemory {
    private static final int KEPT = 8;

    private final Map<Kind, PastFailure> kept = new LinkedHashMap<>();
    private Optional<Incident> latest = Optional.empty();
    private Optional<Incident> latestOwn = Optional.empty();

    /// What makes two incidents the same.
    private record Kind(Failure failure, String stage) {}

    void remember(Incident incident) {
        String stage = incident.circumstances().map(Circumstances::progress).map(Progress::stage).orElse("");
        var kind = new Kind(essence(incident.failure()), stage);
        PastFailure before = kept.remove(kind);
        kept.put(kind, before == null
                ? new PastFailure(incident.at(), 1, incident)
                : new PastFailure(before.first(), before.times() + 1, incident));
        if (kept.size() > KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        latest = Optional.of(incident);
        if (incident.circumstances().filter(each -> each.role() == Report.Role.RESPONDER).isEmpty()) {
            latestOwn = latest;
        }
    }

    /// What a wrong key makes of a message is different each time.
    private static Failure essence(Failure failure) {
        return failure instanceof Failure.PreSharedKeyMismatch ? new Failure.PreSharedKeyMismatch("") : failure;
    }

    /// It is up: what failed before is history.
    void recovered() {
        latest = Optional.empty();
        latestOwn = Optional.empty();
    }

    /// The latest failure since it was up.
    ///
    /// @param underWay whether a negotiation of ours is: then what others begin, which may be strangers, does not hide what
    ///                 became of ours
    Optional<LastFailure> last(boolean underWay) {
        return (underWay ? latestOwn.or(() -> latest) : latest).map(LastFailure::of);
    }

    /// The oldest first.
    List<PastFailure> all() {
        return List.copyOf(kept.values());
    }
}
