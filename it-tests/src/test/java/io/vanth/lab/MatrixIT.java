package io.vanth.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// Every suite in both roles with strongSwan: it negotiates what it should, carries traffic both ways, and is deleted
/// at the other side too.
@InLab
final class MatrixIT {
    private static Topology net;
    private static Vanth vanth;
    private static StrongSwan swan;

    /// One combination.
    ///
    /// @param ikeSuite what strongSwan must say of phase 1
    /// @param espSuite what strongSwan must say of phase 2
    private record Suite(String ike, String ikeSuite, String esp, String espSuite) {}

    private static final List<Suite> SUITES = suites();

    private static List<Suite> suites() {
        List<Suite> suites = new ArrayList<>();
        for (String[] group : new String[][]{{"modp2048", "MODP_2048"}, {"ecp256", "ECP_256"}}) {
            for (String[] ike : new String[][]{{"aes128-sha1", "AES_CBC-128/HMAC_SHA1_96/PRF_HMAC_SHA1"},
                    {"aes256-sha256", "AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256"}}) {
                for (String[] esp : new String[][]{{"aes128gcm16", "ESP:AES_GCM_16-128"},
                        {"aes256-sha256", "ESP:AES_CBC-256/HMAC_SHA2_256_128"}}) {
                    String ikeName = ike[0] + "-" + group[0];
                    String ikeSuite = ike[1] + "/" + group[1];
                    suites.add(new Suite(ikeName, ikeSuite, esp[0], esp[1] + "\n"));
                    suites.add(new Suite(ikeName, ikeSuite, esp[0] + "-" + group[0], esp[1] + "/" + group[1] + "\n"));
                }
            }
        }
        return suites;
    }

    private static Link link(int pair) {
        return net.link(pair).ike(SUITES.get(pair).ike()).esp(SUITES.get(pair).esp());
    }

    @BeforeAll
    static void start(Lab lab) {
        net = lab.siteToSite(SUITES.size());
        List<Link> links = Stream.iterate(0, pair -> pair + 1).limit(SUITES.size()).map(MatrixIT::link).toList();
        vanth = net.a().vanth(links.toArray(Link[]::new));
        swan = net.b().strongSwan(net.atB(links));
    }

    static Stream<Arguments> pairs() {
        return Stream.iterate(0, pair -> pair + 1).limit(SUITES.size())
                .map(pair -> Arguments.of(pair, SUITES.get(pair).ike(), SUITES.get(pair).esp()));
    }

    @ParameterizedTest(name = "{1}, {2}")
    @MethodSource("pairs")
    void asInitiator(int pair, String ike, String esp) {
        Link link = link(pair);
        vanth.up(link);
        swan.awaitUp(link);
        assertCarries(pair, link);
        vanth.down(link);
        swan.awaitGone(link);
        vanth.awaitDown(link);
    }

    @ParameterizedTest(name = "{1}, {2}")
    @MethodSource("pairs")
    void asResponder(int pair, String ike, String esp) {
        Link link = link(pair);
        swan.up(link);
        vanth.awaitUp(link);
        assertCarries(pair, link);
        swan.down(link);
        vanth.awaitDown(link);
        swan.awaitGone(link);
    }

    private static void assertCarries(int pair, Link link) {
        String sas = swan.sas(link);
        assertTrue(sas.contains("  " + SUITES.get(pair).ikeSuite() + "\n"), sas);
        assertTrue(sas.contains(SUITES.get(pair).espSuite()), sas);
        net.traffic(link).pingBothWays();
        net.traffic(link).bulkBothWays("4M");
    }
}
