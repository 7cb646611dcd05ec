package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// S-14: a peer with a good certificate claims a name that is not in it. strongSwan cannot be made to, so the liar is
/// another Vanth.
@InLab
final class LyingPeerIT {
    @ParameterizedTest
    @EnumSource
    void isRefused(Role role, Lab lab) {
        var authority = Authority.root("C=DE, O=Lab, CN=Root");
        var net = lab.siteToSite();
        var link = net.link();
        var honest = link.local(link.local().proves("a.example", proof(authority, "a.example")))
                .remote(link.remote().proves("b.example", proof(authority, "guest.example")));
        var vanth = net.a().vanth(honest);
        var liar = net.b().vanth(net.atB(honest));
        (role == Role.INITIATOR ? vanth : liar).begin(link);
        vanth.awaitFailure(link, "calls itself 'b.example'", "guest.example");
        vanth.assertExplains(link, List.of("calls itself 'b.example'", "guest.example",
                "Issue the peer's certificate with its identity as a subject alternative name"));
        vanth.assertDown(link);
    }

    private static Proof proof(Authority authority, String name) {
        var request = Request.of("C=DE, O=Lab, CN=gateway", Keys.ec("secp256r1"), name);
        return Proof.of(request.key(), List.of(authority.issue(request)), authority.certificate());
    }
}
