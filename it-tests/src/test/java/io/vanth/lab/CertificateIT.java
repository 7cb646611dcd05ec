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
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Signatures with strongSwan in both roles: chains of two authorities, raw keys, ECDSA, PKCS#12; and certificates that
/// must be refused, in words that name the reason and the remedy.
@InLab
final class CertificateIT {
    private static final Authority ROOT = Authority.root("C=DE, O=Lab, CN=Root");
    private static final Authority BRANCH = ROOT.authority("C=DE, O=Lab, CN=Branch");
    private static final Authority STRANGER = Authority.root("C=DE, O=Stranger, CN=Root");

    private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";

    private static final List<Case> GOOD = good();
    private static final List<Case> REFUSED = refused();
    private static Peers peers;

    /// One pair of gateways.
    ///
    /// @param a         turns Vanth's end into one that proves itself so
    /// @param b         the same for strongSwan's
    /// @param claimed   what strongSwan calls itself; Vanth expects the identity of `b`
    /// @param words     what Vanth must say when it refuses the peer
    /// @param explained what `vanth explain` must say besides
    record Case(String name, UnaryOperator<Endpoint> a, UnaryOperator<Endpoint> b,
            UnaryOperator<Endpoint> claimed,
            List<String> words, List<String> explained) {
        Link atVanth(Link link) {
            return link.local(a.apply(link.local())).remote(b.apply(link.remote()));
        }

        Link atPeer(Topology net, Link link) {
            Link mirrored = net.atB(atVanth(link));
            return mirrored.local(claimed.apply(mirrored.local()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Case> good() {
        KeyPair rawA = Keys.rsa(2048);
        KeyPair rawB = Keys.rsa(2048);
        return List.of(
                good("RSA, chain of two authorities", Keys.rsa(2048), Keys.rsa(3072), "a0.example", "b0.example"),
                good("ECDSA 256, distinguished names", Keys.ec("secp256r1"), Keys.ec("secp256r1"), "C=DE, O=Lab, CN=a1",
                        "C=DE, O=Lab, CN=b1"),
                good("ECDSA 384, user names", Keys.ec("secp384r1"), Keys.ec("secp384r1"), "a@lab.example",
                        "b@lab.example"),
                good("ECDSA 521", Keys.ec("secp521r1"), Keys.ec("secp521r1"), "a3.example", "b3.example"),
                good("addresses", Keys.rsa(2048), Keys.rsa(2048), "192.0.2.1", "192.0.2.6"),
                new Case("raw RSA keys", end -> end.proves("a5.example", Proof.raw(rawA)),
                        end -> end.proves("b5.example", Proof.raw(rawB)), end -> end, List.of(), List.of()),
                bundled());
    }

    private static Case good(String name, KeyPair a, KeyPair b, String idA, String idB) {
        Proof proofA = proof(ask(idA, a), BRANCH);
        Proof proofB = proof(ask(idB, b), BRANCH);
        return new Case(name, end -> end.proves(idA, proofA.knowing(BRANCH.revoking(), ROOT.revoking())),
                end -> end.proves(idB, proofB), end -> end, List.of(), List.of());
    }

    private static Case bundled() {
        Proof own = proof(ask("a6.example", Keys.rsa(2048)), BRANCH).inOneFile();
        Proof theirs = proof(ask("b6.example", Keys.rsa(2048)), BRANCH);
        return new Case("PKCS#12", end -> end.proves("a6.example", own), end -> end.proves("b6.example", theirs),
                end -> end, List.of(), List.of());
    }

    private static Request ask(String id, KeyPair key) {
        return id.contains("=") ? Request.of(id, key) : Request.of("C=DE, O=Lab, CN=gateway", key, id);
    }

    private static Proof proof(Request request, Authority issuer) {
        X509Certificate own = issuer.issue(request);
        return issuer == BRANCH
                ? Proof.of(request.key(), List.of(own, issuer.certificate()), ROOT.certificate())
                : Proof.of(request.key(), List.of(own), ROOT.certificate(), issuer.certificate());
    }

    /// Each with a name of its own: strongSwan takes any certificate that has the name.
    private static List<Case> refused() {
        Instant now = Instant.now();
        Proof revoked = proof(request("revoked.example"), BRANCH);
        Request expired = request("expired.example").valid(now.minus(Duration.ofDays(9)),
                now.minus(Duration.ofDays(1)));
        Request early = request("early.example").valid(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)));
        Request mail = request("mail.example").purposes(0, EMAIL_PROTECTION);
        Request small = Request.of("C=DE, O=Lab, CN=b", Keys.rsa(1024), "short.example");
        return List.of(
                refused("revoked.example", revoked, own -> own.knowing(BRANCH.revoking(revoked.chain().getFirst())),
                        "was revoked at", "Give the peer a new certificate"),
                refused("under-revoked.example", proof(request("under-revoked.example"), BRANCH),
                        own -> own.knowing(ROOT.revoking(BRANCH.certificate()), BRANCH.revoking()),
                        "'C=DE, O=Lab, CN=Branch'", "Give the peer a new certificate"),
                refused("expired.example", proof(expired, BRANCH), own -> own, "has expired", "Renew the certificate"),
                refused("early.example", proof(early, BRANCH), own -> own, "is not yet valid", "Set the clock"),
                refused("strange.example", proof(request("strange.example"), STRANGER), own -> own, "O=Stranger",
                        "Add the authority that issued the peer's certificate to connections.%s.certificate.ca here"),
                refused("mail.example", proof(mail, BRANCH), own -> own, "extended", "RFC 4945 section 5.1.3"),
                refused("sealing.example", proof(request("sealing.example").purposes(KeyUsage.keyEncipherment), BRANCH),
                        own -> own, "its key usage lacks digitalSignature", "with the key usage digitalSignature"),
                withoutIssuer(), underExpired(), ofNamesake(), ofNoAuthority(), weaklySigned(), bySubject(),
                otherRawKey(),
                refused("short.example", proof(small, BRANCH), own -> own, "RSA key of 1024 bits",
                        "connections.%s.allow: [shortRsaKeys]"),
                otherName());
    }

    /// The peer does not have the certificate of the authority between, so it cannot send it.
    private static Case withoutIssuer() {
        Request own = request("lone.example");
        Authority absent = ROOT.authority("C=DE, O=Lab, CN=Absent");
        return refused("lone.example", Proof.of(own.key(), List.of(absent.issue(own)), ROOT.certificate()),
                known -> known, "'C=DE, O=Lab, CN=Absent', which leads to no authority",
                "let the peer send its certificate too, or add it to connections.%s.certificate.chain");
    }

    /// strongSwan does not send it, but Vanth has it in its chain.
    private static Case underExpired() {
        Instant now = Instant.now();
        Authority late = ROOT.authority(Request.of("C=DE, O=Lab, CN=Late", Keys.ec("secp256r1"))
                .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))));
        return below(late, late::issue, "under-expired.example", "CN=Late'", "has expired",
                "Renew the certificate that has expired");
    }

    /// @param issue what of the authority makes the certificate of the peer
    private static Case below(Authority authority, Function<Request, X509Certificate> issue, String name,
            String which, String words, String explained) {
        Request own = request(name);
        Case each = refused(name, Proof.of(own.key(), List.of(issue.apply(own)), ROOT.certificate()),
                known -> known.with(authority.certificate()), words, explained);
        return new Case(name, each.a(), each.b(), each.claimed(), List.of(which, words), each.explained());
    }

    /// An authority that was made anew: its name is the same, its key another one.
    private static Case ofNamesake() {
        Authority former = Authority.root("C=DE, O=Lab, CN=Root");
        Request own = request("namesake.example");
        return refused("namesake.example", Proof.of(own.key(), List.of(former.issue(own)), former.certificate()),
                known -> known, "was not signed by the issuer that it names",
                "put its new certificate into connections.%s.certificate.ca");
    }

    /// Whoever has a certificate issues another one.
    private static Case ofNoAuthority() {
        Request gateway = Request.of("C=DE, O=Lab, CN=Gateway", Keys.ec("secp256r1"), "gateway.example");
        Authority none = Authority.of(gateway.key(), ROOT.issue(gateway));
        return below(none, none::issue, "no-authority.example", "CN=Gateway'", "is not for signing certificates",
                "Have the certificate that is named issued anew, by an authority that is allowed to");
    }

    private static Case weaklySigned() {
        Authority former = ROOT.authority(Request.of("C=DE, O=Lab, CN=Former", Keys.rsa(2048)));
        return below(former, own -> former.issue(own, "MD5withRSA"), "weak.example", "CN=b'",
                "has a key or signature of a kind that is too weak", "signed with SHA-256 or better");
    }

    /// Peers do that without an identity of their own, or with one that the certificate does not hold.
    private static Case bySubject() {
        Request own = Request.of("C=DE, O=Lab, CN=Nameless", Keys.rsa(2048), "present.example");
        Case each = refused("absent.example", proof(own, BRANCH), known -> known, "C=DE, O=Lab, CN=Nameless",
                "Issue the peer's certificate anew with absent.example as a subject alternative name");
        return new Case(each.name(), each.a(), each.b(), end -> end.id("C=DE, O=Lab, CN=Nameless"), each.words(),
                each.explained());
    }

    private static Case otherRawKey() {
        Proof own = Proof.raw(Keys.rsa(2048));
        Proof expected = Proof.raw(Keys.rsa(2048));
        Proof real = Proof.raw(Keys.rsa(2048));
        return new Case("another raw key", end -> end.proves("a-raw.example", own),
                end -> end.proves("b-raw.example", expected), end -> end.proves("b-raw.example", real),
                List.of("the signature was not made with the key that is configured"),
                List.of("Put the peer's own public key into connections.%s.rawKey.remote"));
    }

    private static Request request(String alternative) {
        return Request.of("C=DE, O=Lab, CN=b", Keys.rsa(2048), alternative);
    }

    /// @param name what the peer is called
    private static Case refused(String name, Proof theirs, UnaryOperator<Proof> knowing, String words,
            String explained) {
        Proof own = knowing.apply(proof(Request.of("C=DE, O=Lab, CN=a", Keys.rsa(2048), "a-for-" + name), BRANCH));
        return new Case(name, end -> end.proves("a-for-" + name, own), end -> end.proves(name, theirs), end -> end,
                List.of(words), List.of(explained));
    }

    /// A good certificate, and the name that is in it, but not that of the peer that Vanth expects.
    private static Case otherName() {
        Case other = refused("expected.example", proof(request("other.example"), BRANCH), own -> own, "other.example",
                "connections.%s.remote.id");
        return new Case(other.name(), other.a(), other.b(), end -> end.id("other.example"), other.words(),
                other.explained());
    }

    private static Link link(Topology net, Case each) {
        List<Case> all = new ArrayList<>(GOOD);
        all.addAll(REFUSED);
        return net.link(all.indexOf(each));
    }

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(GOOD.size() + REFUSED.size());
        List<Case> all = Stream.concat(GOOD.stream(), REFUSED.stream()).toList();
        peers = new Peers(net,
                net.a().vanth(all.stream().map(each -> each.atVanth(link(net, each))).toArray(Link[]::new)),
                net.b().strongSwan(IntStream.range(0, all.size())
                        .mapToObj(pair -> all.get(pair).atPeer(net, net.link(pair))).toArray(Link[]::new)));
    }

    static Stream<Arguments> goodOnes() {
        return Role.with(GOOD);
    }

    static Stream<Arguments> badOnes() {
        return Role.with(REFUSED);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("goodOnes")
    void carriesTraffic(Case each, Role role) {
        peers.upAndDown(role, link(peers.net(), each), () -> {});
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("badOnes")
    void refuses(Case each, Role role) {
        peers.refused("certificate: " + each, role, link(peers.net(), each), each.words(),
                Stream.concat(each.words().stream(), each.explained().stream()).toList());
    }
}
