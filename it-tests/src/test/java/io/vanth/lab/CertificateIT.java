package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.lab.Link.Endpoint;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Signatures with strongSwan in both roles: chains of two authorities, raw keys, ECDSA, identities of every type; and
/// certificates that must be refused, in words that name the reason.
@InLab
final class CertificateIT {
    private static final Authority ROOT = Authority.root("C=DE, O=Lab, CN=Root");
    private static final Authority BRANCH = ROOT.authority("C=DE, O=Lab, CN=Branch");
    private static final Authority STRANGER = Authority.root("C=DE, O=Stranger, CN=Root");
    /// The pair whose strongSwan has a good certificate, but not that of the peer that Vanth expects.
    private static final int OTHER_NAME = 10;
    private static final List<Case> CASES = cases();

    private static Topology net;
    private static Vanth vanth;
    private static StrongSwan swan;

    /// One pair of gateways.
    ///
    /// @param a       turns Vanth's end into one that proves itself so
    /// @param b       the same for strongSwan's
    /// @param refused what Vanth must say when it refuses the peer, or empty
    private record Case(String name, UnaryOperator<Endpoint> a, UnaryOperator<Endpoint> b, List<String> refused) {}

    private static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        all.add(good("RSA, chain of two authorities", Keys.rsa(2048), Keys.rsa(3072), "a0.example", "b0.example"));
        all.add(good("ECDSA 256, distinguished names", Keys.ec("secp256r1"), Keys.ec("secp256r1"),
                "C=DE, O=Lab, CN=a1", "C=DE, O=Lab, CN=b1"));
        all.add(good("ECDSA 384, user names", Keys.ec("secp384r1"), Keys.ec("secp384r1"), "a@lab.example",
                "b@lab.example"));
        all.add(good("ECDSA 521", Keys.ec("secp521r1"), Keys.ec("secp521r1"), "a3.example", "b3.example"));
        all.add(good("addresses", Keys.rsa(2048), Keys.rsa(2048), "192.0.2.1", "192.0.2.6"));
        KeyPair rawA = Keys.rsa(2048);
        KeyPair rawB = Keys.rsa(2048);
        all.add(new Case("raw RSA keys", end -> end.proves("a5.example", Proof.raw(rawA)),
                end -> end.proves("b5.example", Proof.raw(rawB)), List.of()));
        all.add(new Case("pre-shared key, key ids", end -> end.id("@#0a"), end -> end.id("@#0b"), List.of()));
        all.add(new Case("pre-shared key, IPv6 addresses", end -> end.id("2001:db8::a"),
                end -> end.id("2001:db8::b"), List.of()));
        all.add(refused("revoked", 8, request("b8.example"), BRANCH, "revoked"));
        Instant now = Instant.now();
        all.add(refused("expired", 9, request("b9.example").valid(now.minus(Duration.ofDays(9)),
                now.minus(Duration.ofDays(1))), BRANCH, "has expired"));
        all.add(refused("certificate of somebody else", OTHER_NAME, request("other.example"), BRANCH, "other.example"));
        all.add(refused("unknown authority", 11, request("b11.example"), STRANGER, "O=Stranger"));
        return all;
    }

    private static Request request(String alternative) {
        return Request.of("C=DE, O=Lab, CN=b", Keys.rsa(2048), alternative);
    }

    private static Case good(String name, KeyPair a, KeyPair b, String idA, String idB) {
        Proof proofA = proof(ask(idA, a), BRANCH, ROOT);
        Proof proofB = proof(ask(idB, b), BRANCH, ROOT);
        return new Case(name, end -> end.proves(idA, proofA.knowing(BRANCH.revoking(), ROOT.revoking())),
                end -> end.proves(idB, proofB), List.of());
    }

    private static Request ask(String id, KeyPair key) {
        return id.contains("=") ? Request.of(id, key) : Request.of("C=DE, O=Lab, CN=gateway", key, id);
    }

    private static Proof proof(Request request, Authority issuer, Authority trusted) {
        List<X509Certificate> chain = issuer == BRANCH
                ? List.of(issuer.issue(request), issuer.certificate())
                : List.of(issuer.issue(request));
        return new Proof(request.key(), chain, Stream.of(trusted, issuer).filter(each -> each != BRANCH)
                .map(Authority::certificate).distinct().toList(), List.of());
    }

    private static Case refused(String name, int pair, Request request, Authority issuer, String words) {
        Proof theirs = proof(request, issuer, ROOT);
        Proof own = proof(Request.of("C=DE, O=Lab, CN=a", Keys.rsa(2048), "a%d.example".formatted(pair)), BRANCH, ROOT);
        Proof knowing = name.equals("revoked") ? own.knowing(BRANCH.revoking(theirs.chain().getFirst())) : own;
        return new Case(name, end -> end.proves("a%d.example".formatted(pair), knowing),
                end -> end.proves("b%d.example".formatted(pair), theirs), List.of(words));
    }

    private static Link link(int pair) {
        Link link = net.link(pair);
        Case each = CASES.get(pair);
        return link.local(each.a().apply(link.local())).remote(each.b().apply(link.remote()));
    }

    @BeforeAll
    static void start(Lab lab) {
        net = lab.siteToSite(CASES.size());
        List<Link> links = IntStream.range(0, CASES.size()).mapToObj(CertificateIT::link).toList();
        vanth = net.a().vanth(links.toArray(Link[]::new));
        Link[] mirrored = net.atB(links);
        mirrored[OTHER_NAME] = mirrored[OTHER_NAME].local(mirrored[OTHER_NAME].local().id("other.example"));
        swan = net.b().strongSwan(mirrored);
    }

    private static Stream<Integer> pairs(boolean refused) {
        return IntStream.range(0, CASES.size()).boxed().filter(pair -> CASES.get(pair).refused().isEmpty() != refused);
    }

    static Stream<Arguments> good() {
        return pairs(false).map(pair -> Arguments.of(pair, CASES.get(pair).name()));
    }

    static Stream<Arguments> bad() {
        return pairs(true).map(pair -> Arguments.of(pair, CASES.get(pair).name()));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("good")
    void asInitiator(int pair, String name) {
        Link link = link(pair);
        vanth.up(link);
        swan.awaitUp(link);
        net.traffic(link).pingBothWays();
        vanth.down(link);
        swan.awaitGone(link);
        vanth.awaitDown(link);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("good")
    void asResponder(int pair, String name) {
        Link link = link(pair);
        swan.up(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        swan.down(link);
        vanth.awaitDown(link);
        swan.awaitGone(link);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void refusesAsInitiator(int pair, String name) {
        Link link = link(pair);
        assertNotEquals(0, vanth.tryUp(link).exit());
        assertRefused(pair, link);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void refusesAsResponder(int pair, String name) {
        Link link = link(pair);
        assertNotEquals(0, swan.tryUp(link).exit());
        assertRefused(pair, link);
    }

    private static void assertRefused(int pair, Link link) {
        vanth.awaitFailure(link, CASES.get(pair).refused().toArray(String[]::new));
        assertTrue(!vanth.isUp(link));
        assertEquals(0, swan.ipsecSas(link));
    }
}
