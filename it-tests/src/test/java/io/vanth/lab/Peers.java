package io.vanth.lab;

import java.time.Duration;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

/// Vanth at one gateway and strongSwan at the other, with the same connections.
record Peers(Topology net, Vanth vanth, StrongSwan swan) {
    /// Vanth at A, and strongSwan at B.
    static Peers of(Topology net, List<Link> links) {
        return new Peers(net, net.a().vanth(links.toArray(Link[]::new)), net.b().strongSwan(net.atB(links)));
    }

    /// Who begins is at A, from where every network lets through.
    static Peers begin(Topology net, Role role, Link link) {
        return role == Role.INITIATOR
                ? of(net, List.of(link))
                : new Peers(net, net.b().vanth(net.atB(link)), net.a().strongSwan(link));
    }

    /// Brings a connection up, runs `whileUp`, carries traffic both ways and takes the connection down; each time the
    /// other side must follow.
    void upAndDown(Role role, Link link, Runnable whileUp) {
        up(role, link);
        whileUp.run();
        net.traffic(link).pingBothWays();
        down(role, link);
    }

    void up(Role role, Link link) {
        if (role == Role.INITIATOR) {
            vanth.up(link);
            swan.awaitUp(link);
        } else {
            swan.up(link);
            vanth.awaitUp(link);
        }
    }

    void down(Role role, Link link) {
        if (role == Role.INITIATOR) {
            vanth.down(link);
        } else {
            swan.down(link);
        }
        swan.awaitGone(link);
        vanth.awaitDown(link);
    }

    /// Begins a negotiation that fails at Vanth: log and status say `texts`, and `vanth explain` says `explained`.
    ///
    /// @param cause what is wrong, for the table
    void refused(String cause, Role role, Link link, List<String> texts, List<String> explained) {
        if (role == Role.INITIATOR) {
            assertNotEquals(0, vanth.tryUp(link).exit());
        } else {
            int before = vanth.log().length();
            // It may take an earlier negotiation for done, and would go on under that.
            swan.forget(link);
            swan.begin(link);
            Await.until(link.name() + " has failed again", Duration.ofMinutes(1), () -> vanth.log().substring(before)
                    .lines().anyMatch(line -> line.contains("connection=" + link.name())
                            && line.contains("failed as responder")),
                    vanth::log);
        }
        vanth.awaitFailure(link, texts.toArray(String[]::new));
        ExplainTable.print(cause, role, vanth.assertExplains(link, explained));
        vanth.assertDown(link);
        assertEquals(0, swan.ipsecSas(link));
    }
}
