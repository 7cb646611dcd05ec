package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.lab.Link.Plane;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Keys and certificates are replaced while numbered datagrams pass in both directions: none may be missing, and the next
/// phase 1 must use the new ones. Tunnels are changed: [ReloadScenario].
@InLab
final class ReloadIT {
    private static final int PER_SECOND = 500;
    private static final int COUNT = PER_SECOND * 20;
    private static final String BY_VANTH = "is initiating a Main Mode IKE_SA";

    @Test
    void anotherPreSharedKey(Lab lab) {
        var net = lab.siteToSite();
        losesNothing(net, net.link(), net.link().secret("a quite different key of some length"),
                (vanth, link) -> assertEquals(0, vanth.reload(link).exit()));
    }

    /// strongSwan believes both authorities. Its own certificate stays: it gives the tunnels of a connection up that has
    /// changed.
    @Test
    void anotherCertificateOfAnotherAuthority(Lab lab) {
        var net = lab.siteToSite();
        Authority old = Authority.root("C=DE, O=Lab, CN=Old");
        Authority young = Authority.root("C=DE, O=Lab, CN=Young");
        Link plain = net.link().remote(net.link().remote().proves("b.example", proof(old, "b.example", old, young)));
        StrongSwan swan = losesNothing(net,
                plain.local(plain.local().proves("a.example", proof(old, "a.example", old))),
                plain.local(plain.local().proves("a.example", proof(young, "a.example", old))), Vanth::hangUp);
        assertFalse(swan.logged("using trusted ca certificate .*CN=Young").isEmpty(), swan.log());
    }

    @Test
    void oneOfThreeTunnelsChanges(Lab lab) {
        new ReloadScenario(lab, Plane.USERSPACE).oneOfThreeTunnelsChanges();
    }

    /// The interface that the third tunnel is to have is there, and another program's.
    @Test
    void aStepThatFailsTakesBackThoseBeforeIt(Lab lab) {
        new ReloadScenario(lab, Plane.USERSPACE).aStepThatFails("interface: taken", "taken",
                gateway -> gateway.ip("link add taken type veth peer name other"));
    }

    @Test
    void aFileWithAnErrorChangesNothingAndSaysWhy(Lab lab) {
        var net = lab.siteToSite();
        net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(net.link());
        vanth.up(net.link());
        NumberedStream there = net.traffic(net.link()).aToB(PER_SECOND, PER_SECOND * 5);
        var wrong = net.link().protecting("10.1.0.0/25").ike("aes256-sha257-modp2048");
        Command.Result refused = vanth.reload(wrong);
        assertEquals(1, refused.exit());
        assertTrue(refused.all().contains("sha257"), refused.all());
        NumberedStream.Report report = there.report();
        assertTrue(report.lost() <= net.unreadAtB(), report + vanth.log());
    }

    private static Proof proof(Authority issuer, String name, Authority... trusted) {
        var key = Keys.rsa(2048);
        return Proof.of(key, List.of(issuer.issue(Request.of("C=DE, O=Lab, CN=" + name, key, name))),
                Stream.of(trusted).map(Authority::certificate).toArray(X509Certificate[]::new));
    }

    private static StrongSwan losesNothing(Topology net, Link before, Link after, BiConsumer<Vanth, Link> reload) {
        var shortLived = Duration.ofSeconds(12);
        StrongSwan swan = net.b().strongSwan(net.atB(before));
        Vanth vanth = net.a().vanth(before.phaseOne(shortLived));
        vanth.up(before);
        NumberedStream there = net.traffic(before).aToB(PER_SECOND, COUNT);
        NumberedStream back = net.traffic(before).bToA(PER_SECOND, COUNT);
        if (!after.secret().equals(before.secret())) {
            swan.reload(net.atB(after));
        }
        reload.accept(vanth, after.phaseOne(shortLived));
        Await.until("Vanth has read its files again", Await.LIMIT, () -> vanth.log().contains("was read again"),
                vanth::log);
        int negotiated = swan.logged(BY_VANTH).size();
        assertTrue(there.report().lost() <= net.unreadAtB(), there.report() + vanth.log());
        assertEquals(COUNT, back.report().received(), back.report() + vanth.log());
        assertTrue(swan.logged(BY_VANTH).size() > negotiated, "phase 1 was renewed since\n" + swan.log());
        assertFalse(vanth.log().contains("tunnel down"), vanth.log());
        assertTrue(vanth.failure(after).isEmpty(), vanth.failure(after));
        return swan;
    }
}
