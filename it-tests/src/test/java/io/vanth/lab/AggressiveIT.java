package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.lab.Link.Mode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertFalse;

/// Aggressive mode in both roles with strongSwan, with pre-shared keys and with certificates of an authority under the one
/// that is trusted: it carries traffic both ways and is deleted at the other side too.
@InLab
final class AggressiveIT {
    private static final List<String> SUITES = List.of("aes128-sha1-modp2048", "aes256-sha256-ecp256");
    private static final String SIGNED = "RSA, chain of two authorities";
    private static final Authority ROOT = Authority.root("C=DE, O=Lab, CN=Root");
    private static final Authority BRANCH = ROOT.authority("C=DE, O=Lab, CN=Branch");

    private static Peers peers;

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(SUITES.size() + 1);
        Stream<Link> shared = IntStream.range(0, SUITES.size()).mapToObj(pair -> net.link(pair).ike(SUITES.get(pair)));
        Link plain = net.link(SUITES.size());
        Link signed = plain.local(plain.local().proves("a.example", proof("a.example")))
                .remote(plain.remote().proves("b.example", proof("b.example")));
        peers = Peers.of(net,
                Stream.concat(shared, Stream.of(signed)).map(each -> each.mode(Mode.AGGRESSIVE)).toList());
    }

    private static Proof proof(String name) {
        var request = Request.of("C=DE, O=Lab, CN=gateway", Keys.rsa(2048), name);
        return Proof.of(request.key(), List.of(BRANCH.issue(request), BRANCH.certificate()), ROOT.certificate());
    }

    static Stream<Arguments> suites() {
        return Role.with(Stream.concat(SUITES.stream(), Stream.of(SIGNED)).toList());
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("suites")
    void carriesTraffic(String suite, Role role) {
        Link link = peers.net().link(suite.equals(SIGNED) ? SUITES.size() : SUITES.indexOf(suite));
        peers.upAndDown(role, link, () -> assertFalse(
                peers.swan().logged("(generating|parsed) AGGRESSIVE").isEmpty(), peers.swan()::log));
    }
}
