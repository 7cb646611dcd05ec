package io.vanth.ike.runtime;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.EspTransform;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.policy.Tunnel;

/// Whether a data plane can do what a configuration asks for: better known at start than in a negotiation.
final class PlaneCheck {
    private PlaneCheck() {}

    static void check(Configuration configuration, Capabilities can) throws StartException {
        String name = configuration.dataPlane().name();
        for (Connection connection : configuration.connections()) {
            if (connection.encapsulation() == Encapsulation.NO && !can.rawEsp()) {
                throw new StartException(
                        "connection %s: encapsulation: no, but the data plane '%s' carries ESP only in UDP; for raw ESP the userspace one needs the capability NET_RAW"
                                .formatted(connection.name(), name));
            }
            for (Tunnel tunnel : connection.tunnels()) {
                for (EspProposal proposal : tunnel.proposals()) {
                    checkTransform(connection.name() + "/" + tunnel.name(), proposal, name, can);
                }
            }
        }
    }

    private static void checkTransform(String tunnel, EspProposal proposal, String name, Capabilities can)
            throws StartException {
        EspTransform transform = proposal.transform();
        boolean possible = can.ciphers().contains(transform.cipher())
                && transform.integrity().map(can.integrities()::contains).orElse(true);
        if (!possible) {
            throw new StartException(
                    "tunnel %s: the data plane '%s' cannot do %s".formatted(tunnel, name, proposal));
        }
    }
}
