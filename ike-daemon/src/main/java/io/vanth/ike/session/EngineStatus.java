package io.vanth.ike.session;

import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A snapshot for people and metrics.
///
/// @param halfOpen    phase 1 negotiations under way
/// @param established ISAKMP SAs, also those that others have replaced and that are about to go
public record EngineStatus(List<ConnectionStatus> connections, int halfOpen, int established) {
    public EngineStatus {
        connections = List.copyOf(connections);
    }

    /// A configured connection.
    ///
    /// @param state       `up` with an ISAKMP SA, `negotiating` while phase 1 runs, else `down`
    /// @param isakmp      the ISAKMP SA in use
    /// @param waiting     what our own phase 1 waits for, while it runs
    /// @param lastFailure why the latest negotiation or SA ended badly, of our own one while that is under way; empty again
    ///                    after a success
    public record ConnectionStatus(String name, State state, String localId, String remoteId, String peer,
            Optional<IsakmpStatus> isakmp, List<TunnelStatus> tunnels, Optional<Waiting> waiting,
            Optional<LastFailure> lastFailure) {
        public ConnectionStatus {
            tunnels = List.copyOf(tunnels);
        }
    }

    /// An ISAKMP SA.
    public record IsakmpStatus(String initiatorCookie, String responderCookie, String role, String proposal,
            boolean natTraversal, Instant established, Instant rekeyAt, Instant expires) {
        static IsakmpStatus of(IsakmpSa sa) {
            PhaseOneResult result = sa.result();
            return new IsakmpStatus(result.initiator().toString(), result.responder().toString(),
                    result.role().label(), result.proposal().toString(), result.nat().found(), sa.established(),
                    sa.lifetime().rekeyAt(), sa.lifetime().expires());
        }
    }

    /// A negotiation under way that we began.
    ///
    /// @param stage  the message that is awaited, `main mode message 6`
    /// @param resent how often messages were sent again so far
    /// @param hint   what it usually means when it does not come, or what the peer said; may be empty
    public record Waiting(String stage, int resent, String hint) {}

    /// A configured tunnel.
    ///
    /// @param since     when the state began
    /// @param waiting   what our own quick mode waits for, while it runs
    /// @param takenDown what the operator's word keeps down until his next one
    public record TunnelStatus(String name, State state, Instant since, String local, String remote,
            Optional<String> via, Optional<ChildStatus> child, Optional<Waiting> waiting,
            Optional<LastFailure> lastFailure, Optional<TakenDown> takenDown) {}

    /// We don't bring it up, whatever its start is.
    ///
    /// @param refusesPeer whether the peer can't either
    public record TakenDown(boolean refusesPeer) {}

    /// The SA pair in use.
    public record ChildStatus(SaId inbound, SaId outbound, String proposal, boolean udpEncapsulated,
            Instant established,
            Instant rekeyAt, Instant expires) {}

    /// A failure with its time.
    ///
    /// @param role ours in the negotiation that failed; empty where none had begun
    public record LastFailure(Instant at, String reason, String text, Optional<Role> role) {
        static LastFailure of(Incident incident) {
            return new LastFailure(incident.at(), incident.failure().label(), incident.failure().describe(),
                    incident.circumstances().map(Circumstances::role));
        }
    }

    /// A failure that may be history, with its latest incident.
    ///
    /// @param first when it happened for the first time
    /// @param times how often since then
    public record PastFailure(Instant first, int times, Incident incident) {}

    /// What a connection or tunnel is.
    public enum State {
        DOWN,
        NEGOTIATING,
        UP
    }
}
