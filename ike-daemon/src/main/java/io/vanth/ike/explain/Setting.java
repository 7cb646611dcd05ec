package io.vanth.ike.explain;

import io.vanth.ike.certificate.Credential;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.Tunnel;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a failure is judged with: the configuration and the circumstances, in the words of the explanation.
///
/// @param at when it failed
record Setting(Connection connection, Terms terms, Optional<Tunnel> tunnel, Optional<Circumstances> circumstances,
        Instant at) {
    private static final String PHASE_TWO = "quick mode";

    /// What a peer began may have failed before its tunnel was known; where there is only one, that is meant.
    static Setting of(Connection connection, Terms terms, Optional<Tunnel> tunnel,
            Optional<Circumstances> circumstances, Instant at) {
        var setting = new Setting(connection, terms, tunnel, circumstances, at);
        return tunnel.isEmpty() && setting.phaseTwo() && connection.tunnels().size() == 1
                ? new Setting(connection, terms, Optional.of(connection.tunnels().getFirst()), circumstances, at)
                : setting;
    }

    /// Where a key of the connection stands in the configuration.
    String key(String name) {
        return "connections.%s.%s".formatted(connection.name(), name);
    }

    /// Where a key of the tunnel stands, or where the tunnels stand if none is meant.
    String tunnelKey(String name) {
        return tunnel.map(each -> key("tunnels.%s.%s".formatted(each.name(), name)))
                .orElseGet(() -> "%s of a tunnel under %s".formatted(name, key("tunnels")));
    }

    /// What commands call it.
    String name() {
        return connection.name() + tunnel.map(each -> "/" + each.name()).orElse("");
    }

    boolean initiator() {
        return circumstances.map(each -> each.role() == Report.Role.INITIATOR).orElse(true);
    }

    boolean phaseTwo() {
        return circumstances.map(each -> each.subject().exchange().equals(PHASE_TWO)).orElse(tunnel.isPresent());
    }

    /// What this side signs with; empty with a pre-shared key.
    Optional<Credential> credential() {
        return connection.authentication() instanceof Authentication.Signatures(var own, _)
                ? Optional.of(own)
                : Optional.empty();
    }

    boolean preShared() {
        return terms.preShared();
    }

    /// Whether messages went over the NAT traversal port at the end.
    boolean floated() {
        return circumstances.map(each -> each.path().natTraversal()).orElse(false);
    }

    /// Whether the peer's messages come from another address than it has.
    boolean peerBehindNat() {
        return circumstances.map(each -> each.nat().remoteNat()).orElse(false);
    }

    /// Whether we had to repeat ourselves.
    boolean resent() {
        return circumstances.map(each -> each.progress().resent() > 0).orElse(false);
    }

    String local() {
        return circumstances.map(each -> each.path().local().getAddress().getHostAddress())
                .orElseGet(connection.local()::toString);
    }

    String remote() {
        return circumstances.map(each -> each.path().remote().getAddress().getHostAddress())
                .or(() -> connection.remoteHosts().stream().findFirst().map(PeerHost::toString)).orElse("the peer");
    }

    String ikeProposals() {
        return terms.proposals();
    }

    String espProposals() {
        return tunnel.map(each -> each.proposals().stream().map(Object::toString).collect(Collectors.joining(", ")))
                .orElse("those of its tunnels");
    }

    /// The command that shows whether datagrams pass.
    String tcpdump(int port) {
        return "tcpdump -ni any host %s and udp port %d".formatted(remote(), port);
    }
}
