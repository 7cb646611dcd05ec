package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-4, I-5: every group, cipher and hash of phase 1 that strongSwan has too, each in both roles, and each in company that
/// changes from one role to the other.
@InLab
final class AlgorithmIT {
    /// A word of proposals and what strongSwan calls it.
    record Name(String word, String swan) {}

    private static final List<Name> GROUPS = List.of(new Name("modp768", "MODP_768"), new Name("modp1024", "MODP_1024"),
            new Name("modp1536", "MODP_1536"), new Name("modp2048", "MODP_2048"), new Name("modp3072", "MODP_3072"),
            new Name("modp4096", "MODP_4096"), new Name("modp6144", "MODP_6144"), new Name("modp8192", "MODP_8192"),
            new Name("ecp256", "ECP_256"), new Name("ecp384", "ECP_384"), new Name("ecp521", "ECP_521"),
            new Name("modp1024s160", "MODP_1024_160"), new Name("modp2048s224", "MODP_2048_224"),
            new Name("modp2048s256", "MODP_2048_256"), new Name("ecp224bp", "ECP_224_BP"),
            new Name("ecp256bp", "ECP_256_BP"), new Name("ecp384bp", "ECP_384_BP"), new Name("ecp512bp", "ECP_512_BP"),
            new Name("curve25519", "CURVE_25519"));
    private static final List<Name> CIPHERS = List.of(new Name("aes128", "AES_CBC-128"),
            new Name("aes192", "AES_CBC-192"),
            new Name("aes256", "AES_CBC-256"), new Name("3des", "3DES_CBC"), new Name("des", "DES_CBC"),
            new Name("blowfish128", "BLOWFISH_CBC-128"), new Name("blowfish192", "BLOWFISH_CBC-192"),
            new Name("blowfish256", "BLOWFISH_CBC-256"), new Name("cast128", "CAST_CBC-128"),
            new Name("camellia128", "CAMELLIA_CBC-128"), new Name("camellia192", "CAMELLIA_CBC-192"),
            new Name("camellia256", "CAMELLIA_CBC-256"));
    private static final List<Name> HASHES = List.of(new Name("md5", "HMAC_MD5_96/PRF_HMAC_MD5"),
            new Name("sha1", "HMAC_SHA1_96/PRF_HMAC_SHA1"), new Name("sha256", "HMAC_SHA2_256_128/PRF_HMAC_SHA2_256"),
            new Name("sha384", "HMAC_SHA2_384_192/PRF_HMAC_SHA2_384"),
            new Name("sha512", "HMAC_SHA2_512_256/PRF_HMAC_SHA2_512"));

    private static Topology net;
    private static StrongSwan swan;

    /// Each group once as initiator, then once as responder with another cipher and another hash.
    record Suite(int pair) {
        boolean initiates() {
            return pair < GROUPS.size();
        }

        private List<Name> names() {
            int shift = initiates() ? 0 : 3;
            return List.of(CIPHERS.get((pair + shift) % CIPHERS.size()), HASHES.get((pair + shift) % HASHES.size()),
                    GROUPS.get(pair % GROUPS.size()));
        }

        String proposal() {
            return String.join("-", names().stream().map(Name::word).toList());
        }

        String swan() {
            return String.join("/", names().stream().map(Name::swan).toList());
        }

        Link link() {
            return net.link(pair).ike(proposal()).esp(pair % 2 == 0 ? "aes128gcm16" : "aes256-sha256");
        }

        @Override
        public String toString() {
            return proposal() + (initiates() ? " as initiator" : " as responder");
        }
    }

    private static final List<Suite> SUITES = IntStream.range(0, 2 * GROUPS.size()).mapToObj(Suite::new).toList();

    /// Vanth begins by itself with the first half, so that no command has to be started for each.
    @BeforeAll
    static void start(Lab lab) {
        net = lab.siteToSite(SUITES.size());
        swan = net.b().strongSwan(net.atB(SUITES.stream().map(Suite::link).toList()));
        net.a().vanth(SUITES.stream().map(suite -> suite.initiates() ? suite.link().start(Start.ALWAYS) : suite.link())
                .toArray(Link[]::new));
    }

    static Stream<Arguments> suites() {
        return SUITES.stream().map(Arguments::of);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("suites")
    void carriesTraffic(Suite suite) {
        Link link = suite.link();
        if (!suite.initiates()) {
            swan.up(link);
        }
        swan.awaitUp(link);
        String sas = swan.sas(link);
        assertTrue(sas.contains("  " + suite.swan() + "\n"), sas);
        net.traffic(link).pingBothWays();
    }
}
