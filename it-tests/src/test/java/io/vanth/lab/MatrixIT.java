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
    /// One combination.
    ///
    /// @param ikeSuite what strongSwan must say of phase 1
    /// @param espSuite what strongSwan must say of phase 2
    record Suite(String ike, String ikeSuite, String esp, String espSuite) {
        @Override
        public String toString() {
            return ike + ", " + esp;
        }
    }

    private static Peers peers;
    private static final List<Suite> SUITES = allSuites();

    private static List<Suite> allSuites() {
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

    private static Link link(Topology net, Suite suite) {
        return net.link(SUITES.indexOf(suite)).ike(suite.ike()).esp(suite.esp());
    }

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(SUITES.size());
        peers = Peers.of(net, SUITES.stream().map(suite -> link(net, suite)).toList());
    }

    static Stream<Arguments> suites() {
        return Role.with(SUITES);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("suites")
    void carriesTraffic(Suite suite, Role role) {
        Link link = link(peers.net(), suite);
        peers.upAndDown(role, link, () -> {
            String sas = peers.swan().sas(link);
            assertTrue(sas.contains("  " + suite.ikeSuite() + "\n"), sas);
            assertTrue(sas.contains(suite.espSuite()), sas);
            peers.net().traffic(link).bulkBothWays("4M");
        });
    }
}
