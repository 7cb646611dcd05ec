package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Vanth asks the network whether strongSwan's certificate is revoked, in both roles: OpenSSL's responder, lists on a web
/// server, and places where nobody answers. No list is configured.
@InLab({Program.IP, Program.NFT, Program.PING, Program.OPENSSL, Program.STRONGSWAN})
final class RevocationIT {
    private static final Authority ROOT = Authority.root("C=DE, O=Lab, CN=Root");
    private static final Authority BRANCH = ROOT.authority(Request.of("C=DE, O=Lab, CN=Branch", Keys.ec("secp256r1"))
            .fetched("", RevocationServices.LISTS + "root.crl"));

    private static final Case OCSP_REVOKED = new Case("OCSP: revoked", "required", ROOT, RevocationServices.OCSP, "",
            List.of("was revoked at"), List.of("Give the peer a new certificate"));
    private static final Case LIST_REVOKED = new Case("list: revoked", "ifKnown", ROOT, "",
            RevocationServices.LISTS + "root.crl", List.of("was revoked at"),
            List.of("Give the peer a new certificate"));
    private static final Case RELAXED = good("responder dead, relaxed", "ifKnown", ROOT, RevocationServices.NOBODY, "");
    private static final List<Case> GOOD = List.of(RELAXED,
            good("OCSP: good", "required", ROOT, RevocationServices.OCSP, ""),
            good("list: good", "required", ROOT, "", RevocationServices.LISTS + "root.crl"),
            good("chain of two, a list of each", "required", BRANCH, "", RevocationServices.LISTS + "branch.crl"),
            good("responder dead, list good", "required", ROOT, RevocationServices.NOBODY,
                    RevocationServices.LISTS + "root.crl"),
            good("list absent, relaxed", "ifKnown", ROOT, "", RevocationServices.LISTS + "absent.crl"));
    private static final List<Case> REFUSED = List.of(OCSP_REVOKED, LIST_REVOKED,
            new Case("responder dead, strict", "required", ROOT, RevocationServices.NOBODY, "",
                    List.of("may be revoked", "the server cannot be reached"), List.of("Put a current CRL",
                            "connections.%s.certificate.revocation: ifKnown")),
            new Case("list absent, strict", "required", ROOT, "", RevocationServices.LISTS + "absent.crl",
                    List.of("may be revoked", "status 404"), List.of("Put a current CRL",
                            "connections.%s.certificate.revocation: ifKnown")),
            new Case("nobody named, strict", "required", ROOT, "", "",
                    List.of("names no http: address"), List.of("Put a current CRL",
                            "connections.%s.certificate.revocation: ifKnown")));

    private static Peers peers;

    /// A pair of gateways, of which strongSwan has a certificate that says where to ask.
    ///
    /// @param words     what Vanth must say when it refuses the peer
    /// @param explained what `vanth explain` must say besides
    record Case(String name, String revocation, Authority issuer, Request request, X509Certificate certificate,
            List<String> words, List<String> explained) {
        Case(String name, String revocation, Authority issuer, String ocsp, String list, List<String> words,
                List<String> explained) {
            this(name, revocation, issuer, Request.of("C=DE, O=Lab, CN=b", Keys.ec("secp256r1"), domain(name))
                    .fetched(ocsp, list), words, explained);
        }

        private Case(String name, String revocation, Authority issuer, Request request, List<String> words,
                List<String> explained) {
            this(name, revocation, issuer, request, issuer.issue(request), words, explained);
        }

        /// One for each: strongSwan takes any certificate that has the name.
        private static String domain(String name) {
            return name.replaceAll("\\W+", "-") + ".example";
        }

        Link link(Topology net) {
            Request own = Request.of("C=DE, O=Lab, CN=a", Keys.ec("secp256r1"), "a.example");
            Link link = net.link(all().indexOf(this));
            return link
                    .local(link.local().proves("a.example", Proof.of(own.key(), List.of(ROOT.issue(own)),
                            ROOT.certificate()).told("revocation: " + revocation, "fetch: true")))
                    .remote(link.remote().proves(domain(name), Proof.of(request.key(), issuer == ROOT
                            ? List.of(certificate)
                            : List.of(certificate, issuer.certificate()), ROOT.certificate())));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case good(String name, String revocation, Authority issuer, String ocsp, String list) {
        return new Case(name, revocation, issuer, ocsp, list, List.of(), List.of());
    }

    private static List<Case> all() {
        return Stream.concat(GOOD.stream(), REFUSED.stream()).toList();
    }

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(all().size());
        RevocationServices services = new RevocationServices(net);
        services.responder(ROOT, all().stream().filter(each -> each.issuer() == ROOT).map(Case::certificate).toList(),
                OCSP_REVOKED.certificate()::equals);
        services.lists(Map.of("root.crl", ROOT.revoking(LIST_REVOKED.certificate()), "branch.crl", BRANCH.revoking()));
        peers = Peers.of(net, all().stream().map(each -> each.link(net)).toList());
        // The first fetch of a daemon may take longer than it waits for a server: here that makes no difference.
        peers.upAndDown(Role.INITIATOR, link(RELAXED), () -> {});
    }

    static Stream<Arguments> goodOnes() {
        return Role.with(GOOD);
    }

    static Stream<Arguments> badOnes() {
        return Role.with(REFUSED);
    }

    private static Link link(Case each) {
        return peers.net().link(all().indexOf(each));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("goodOnes")
    void carriesTraffic(Case each, Role role) {
        peers.upAndDown(role, link(each), () -> {});
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("badOnes")
    void refuses(Case each, Role role) {
        peers.refused("revocation: " + each, role, link(each), each.words(),
                Stream.concat(each.words().stream(), each.explained().stream()).toList());
    }
}
