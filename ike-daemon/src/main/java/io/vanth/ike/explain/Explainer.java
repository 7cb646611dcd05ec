package io.vanth.ike.explain;

import io.vanth.ike.exchange.Incident;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.Diagnosis;

/// Explains failures.
final class Explainer {
    private Explainer() {}

    static Explanation explain(Connection connection, Diagnosis.Entry entry) {
        Incident incident = entry.failure().incident();
        var setting = Setting.of(connection, entry.tunnel(), incident.circumstances());
        return new Explanation(entry.failure().first(), incident.at(), entry.failure().times(),
                entry.tunnel().map(Tunnel::name), incident.failure().label(), incident.failure().describe(),
                incident.circumstances(),
                Causes.of(incident.failure(), setting), Comparisons.of(incident.failure(), setting));
    }
}
