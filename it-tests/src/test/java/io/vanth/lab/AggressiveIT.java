package io.vanth.lab;

import io.vanth.lab.Link.Mode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertFalse;

/// Aggressive mode in both roles with strongSwan: it carries traffic both ways and is deleted at the other side too.
@InLab
final class AggressiveIT {
    private static final List<String> SUITES = List.of("aes128-sha1-modp2048", "aes256-sha256-ecp256");

    private static Peers peers;

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(SUITES.size());
        peers = Peers.of(net, IntStream.range(0, SUITES.size())
                .mapToObj(pair -> net.link(pair).ike(SUITES.get(pair)).mode(Mode.AGGRESSIVE)).toList());
    }

    static Stream<Arguments> suites() {
        return Role.with(SUITES);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("suites")
    void carriesTraffic(String suite, Role role) {
        Link link = peers.net().link(SUITES.indexOf(suite));
        peers.upAndDown(role, link, () -> assertFalse(
                peers.swan().logged("(generating|parsed) AGGRESSIVE").isEmpty(), peers.swan()::log));
    }
}
