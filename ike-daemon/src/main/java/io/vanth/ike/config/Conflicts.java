package io.vanth.ike.config;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.ike.manual.ManualPolicy;
import io.vanth.ike.manual.Precedence;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds connections and tunnels that stand in each other's way.
final class Conflicts {
    private record Placed(Connection connection, Tunnel tunnel, Section section) {
        String fullName() {
            return connection.name() + "/" + tunnel.name();
        }
    }

    private Conflicts() {}

    static void check(List<Connection> connections, Section section) {
        List<Placed> seen = new ArrayList<>();
        for (Connection connection : connections) {
            Section tunnels = section.section(connection.name()).section("tunnels");
            for (Tunnel tunnel : connection.tunnels()) {
                Placed here = new Placed(connection, tunnel, tunnels.section(tunnel.name()));
                checkEnds(here);
                seen.forEach(earlier -> compare(earlier, here));
                seen.add(here);
            }
        }
        checkPeers(connections, section);
    }

    /// @param section where the policies stand
    static void checkManual(List<Connection> connections, List<ManualPolicy> policies, Section section) {
        for (Connection connection : connections) {
            for (Tunnel tunnel : connection.tunnels()) {
                Precedence.before(policies, tunnel).ifPresent(policy -> section.section(policy.name()).warning(
                        "it takes all packets of tunnel %s/%s, which carries nothing then".formatted(
                                connection.name(), tunnel.name()),
                        Precedence.remedy()));
            }
        }
    }

    private static void checkEnds(Placed here) {
        TrafficPair traffic = here.tunnel().traffic();
        if (traffic.local().equals(traffic.remote()) && here.tunnel().via().isEmpty()) {
            here.section().error("both sides have the same network %s".formatted(traffic.local()),
                    "the networks of a tunnel must differ");
        }
    }

    private static void compare(Placed earlier, Placed here) {
        Optional<String> via = here.tunnel().via().map(TunnelInterface::name);
        if (!via.equals(earlier.tunnel().via().map(TunnelInterface::name))) {
            return;
        }
        if (!here.tunnel().via().equals(earlier.tunnel().via())) {
            here.section().error("interface %s has another MTU in %s".formatted(via.orElseThrow(), earlier.fullName()),
                    "write the same MTU");
        }
        TrafficPair one = earlier.tunnel().traffic();
        TrafficPair two = here.tunnel().traffic();
        if (one.equals(two)) {
            here.section().error("the same networks as in " + earlier.fullName(), "remove one of the two tunnels");
        } else if (overlap(one.local().addresses(), two.local().addresses())
                && overlap(one.remote().addresses(), two.remote().addresses())) {
            here.section().warning(
                    "%s overlaps %s of %s, which comes first and takes the packets of both".formatted(two, one,
                            earlier.fullName()),
                    "put the narrower one first");
        }
    }

    private static boolean overlap(AddressRange one, AddressRange two) {
        return one.contains(two.first()) || two.contains(one.first());
    }

    /// Then the peer says who it is before the key is needed.
    private static boolean bothAggressive(Connection one, Connection other) {
        return one.mode() == PhaseOneMode.AGGRESSIVE && other.mode() == PhaseOneMode.AGGRESSIVE;
    }

    private static void checkPeers(List<Connection> connections, Section section) {
        for (int later = 1; later < connections.size(); later++) {
            Connection here = connections.get(later);
            for (Connection earlier : connections.subList(0, later)) {
                boolean sameAddresses = earlier.local().equals(here.local())
                        && earlier.remoteHosts().equals(here.remoteHosts());
                if (sameAddresses && earlier.localId().equals(here.localId())
                        && earlier.remoteId().equals(here.remoteId())) {
                    section.section(here.name()).error(
                            "the same addresses and identities as connection " + earlier.name(),
                            "make them one connection with several tunnels: a peer could not tell them apart");
                } else if (sameAddresses && here.authentication() instanceof Authentication.PreShared own
                        && earlier.authentication() instanceof Authentication.PreShared other && !own.equals(other)
                        && !bothAggressive(earlier, here)) {
                    section.section(here.name()).section("psk").error(
                            "another key than in connection %s, which has the same addresses".formatted(
                                    earlier.name()),
                            "main mode chooses the key by addresses (RFC 2409 section 5.4): use one key, or make one"
                                    + " connection with several tunnels");
                }
            }
        }
    }
}
