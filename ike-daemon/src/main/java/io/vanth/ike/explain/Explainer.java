package io.vanth.ike.explain;

import io.vanth.ike.exchange.Incident;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.Diagnosis;

/// Explains failures.
public final class Explainer {
    /// Stands for a notify that is encrypted with a key that an observer does not have.
    public static final String UNREADABLE = "an encrypted notify";
    /// Stands for what a peer says, encrypted likewise, when phase 1 is done: its keys are right.
    public static final String BEHIND_PHASE_ONE = "an encrypted message behind it";
    /// Stands for what ICMP says, when nobody listens at the peer.
    public static final String PORT_UNREACHABLE = "ICMP port unreachable";

    private Explainer() {}

    /// Explains a failure of a connection.
    public static Explanation explain(Connection connection, Diagnosis.Entry entry) {
        return explain(connection, Terms.of(connection), entry);
    }

    /// The same where the connection is known from what it offered only.
    public static Explanation explain(Connection connection, Terms terms, Diagnosis.Entry entry) {
        Incident incident = entry.failure().incident();
        var setting = Setting.of(connection, terms, entry.tunnel(), incident.circumstances(), incident.at());
        return new Explanation(entry.failure().first(), incident.at(), entry.failure().times(),
                entry.tunnel().map(Tunnel::name), incident.failure().label(), incident.failure().describe(),
                incident.circumstances(),
                Causes.of(incident.failure(), setting), Comparisons.of(incident.failure(), setting));
    }
}
