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

/// Aggressive mode in both roles with strongSwan, on plain ports and on those of NAT traversal: it carries traffic both
/// ways and is deleted at the other side too.
@InLab
final class AggressiveIT {
    private static final List<String> SUITES = List.of("aes128-sha1-modp2048", "aes256-sha256-ecp256");

    private static Topology net;
    private static Vanth vanth;
    private static StrongSwan swan;

    private static Link link(int pair) {
        return net.link(pair).ike(SUITES.get(pair)).mode(Mode.AGGRESSIVE);
    }

    @BeforeAll
    static void start(Lab lab) {
        net = lab.siteToSite(SUITES.size());
        List<Link> links = IntStream.range(0, SUITES.size()).mapToObj(AggressiveIT::link).toList();
        vanth = net.a().vanth(links.toArray(Link[]::new));
        swan = net.b().strongSwan(net.atB(links));
    }

    static Stream<Arguments> pairs() {
        return IntStream.range(0, SUITES.size()).mapToObj(pair -> Arguments.of(pair, SUITES.get(pair)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("pairs")
    void asInitiator(int pair, String ike) {
        Link link = link(pair);
        vanth.up(link);
        swan.awaitUp(link);
        assertCarries(link);
        vanth.down(link);
        swan.awaitGone(link);
        vanth.awaitDown(link);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("pairs")
    void asResponder(int pair, String ike) {
        Link link = link(pair);
        swan.up(link);
        vanth.awaitUp(link);
        assertCarries(link);
        swan.down(link);
        vanth.awaitDown(link);
        swan.awaitGone(link);
    }

    private static void assertCarries(Link link) {
        assertFalse(swan.logged("(generating|parsed) AGGRESSIVE").isEmpty(), swan::log);
        net.traffic(link).pingBothWays();
    }
}
