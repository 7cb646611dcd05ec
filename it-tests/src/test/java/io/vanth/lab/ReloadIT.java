package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Keys, certificates and tunnels are replaced while numbered datagrams pass in both directions: none may be missing of
/// what has not changed, and the next phase 1 must use the new keys.
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

    /// Of three tunnels one gets other networks, and then goes: of the other two not a datagram may be missing, and their
    /// SAs stay the same.
    @Test
    void oneOfThreeTunnelsChangesAndGoes(Lab lab) {
        var net = lab.siteToSite(3);
        List<Link> links = List.of(net.link(0), net.link(1), net.link(2));
        var swan = net.b().strongSwan(net.atB(links));
        var vanth = net.a().vanth(links.toArray(Link[]::new));
        links.forEach(vanth::up);
        List<NumberedStream> there = others(links).map(each -> net.traffic(each).aToB(PER_SECOND, COUNT)).toList();
        List<NumberedStream> back = others(links).map(each -> net.traffic(each).bToA(PER_SECOND, COUNT)).toList();
        List<String> before = others(links).map(vanth::tunnel).map(ReloadIT::spis).toList();
        Link narrow = links.get(1).protecting("10.1.1.0/25");
        swan.reload(net.atB(List.of(links.get(0), narrow, links.get(2))));
        String plan = vanth.plan(links.get(0), narrow, links.get(2));
        assertEquals(List.of("pair1/lan networks changed, cost restart"), costs(plan));
        Command.Result applied = vanth.reload(links.get(0), narrow, links.get(2));
        assertEquals(0, applied.exit(), applied.all());
        assertEquals(costs(plan), costs(applied.all()), "what was planned is what happened");
        vanth.awaitUp(narrow);
        net.traffic(narrow).pingBothWays();
        assertEquals(List.of("pair1 removed, cost drop"), costs(vanth.plan(links.get(0), links.get(2))));
        vanth.hangUp(links.get(0), links.get(2));
        swan.awaitGone(narrow);
        assertTrue(vanth.log().contains("plan: pair1 removed, cost drop"), vanth.log());
        assertEquals(before, others(links).map(vanth::tunnel).map(ReloadIT::spis).toList());
        there.forEach(each -> {
            NumberedStream.Report report = each.report();
            assertTrue(report.lost() <= net.unreadAtB(), report + vanth.log());
        });
        back.forEach(each -> assertEquals(COUNT, each.report().received(), vanth::log));
    }

    private static Stream<Link> others(List<Link> links) {
        return Stream.of(links.get(0), links.get(2));
    }

    private static List<String> costs(String plan) {
        return plan.lines().filter(each -> each.startsWith("pair")).map(each -> each.replaceFirst(": .*", ""))
                .toList();
    }

    private static String spis(JsonNode tunnel) {
        JsonNode sa = tunnel.path("sa");
        assertTrue(sa.path("inbound").path("spi").isTextual(), tunnel::toString);
        return sa.path("inbound").path("spi").asText() + " " + sa.path("outbound").path("spi").asText();
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
