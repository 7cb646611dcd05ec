package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-18: what IKE negotiates, over the IPsec of the kernel at both gateways. Both phases are rekeyed by the one that also
/// began, while numbered datagrams pass in both directions; none may be missing.
@InLab
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Order(1)
final class XfrmRekeyKernelLab {
    /// Lifetimes of SAs by who rekeys: Vanth at four fifths of them, strongSwan at half. Never both phases at once, and
    /// some seconds are left, which a busy machine needs: strongSwan loses IPsec SAs that are agreed on while the ISAKMP SA
    /// above them is replaced, or ends before the next one is there.
    private static final Map<Role, Duration> LIFETIME = Map.of(Role.INITIATOR, Duration.ofSeconds(20), Role.RESPONDER,
            Duration.ofSeconds(14));
    private static final Map<Role, Duration> PHASE_ONE_LIFETIME = Map.of(Role.INITIATOR, Duration.ofSeconds(30),
            Role.RESPONDER, Duration.ofSeconds(22));
    private static final int PER_SECOND = 100;
    /// Until both phases have new keys.
    private static final Map<Role, Integer> COUNT = Map.of(Role.INITIATOR, PER_SECOND * 28, Role.RESPONDER,
            PER_SECOND * 16);
    private static final String PHASE_ONE = "initiating (a |an )?(Main|Aggressive) Mode IKE_SA";

    /// One combination.
    ///
    /// @param link what gateway A knows
    /// @param suite what strongSwan must say of phase 2
    record Case(String name, String suite, Function<Topology, Link> link) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("main mode, PSK, GCM", "ESP:AES_GCM_16-128\n",
                    net -> net.link().encapsulation(Encapsulation.AUTO)),
            new Case("main mode, PSK, CBC with PFS, in UDP", "ESP:AES_CBC-256/HMAC_SHA2_256_128/MODP_2048\n",
                    net -> net.link().esp("aes256-sha256-modp2048").encapsulation(Encapsulation.YES)),
            new Case("aggressive mode, PSK, CBC with PFS", "ESP:AES_CBC-128/HMAC_SHA1_96/ECP_256\n",
                    net -> net.link().mode(Mode.AGGRESSIVE).esp("aes128-sha1-ecp256")
                            .encapsulation(Encapsulation.AUTO)),
            new Case("main mode, RSA, GCM with PFS, in UDP", "ESP:AES_GCM_16-256/ECP_256\n",
                    net -> signed(net.link()).esp("aes256gcm16-ecp256").encapsulation(Encapsulation.YES)),
            new Case("main mode, PSK, IPv6, CBC with PFS", "ESP:AES_CBC-256/HMAC_SHA2_512_256/MODP_2048\n",
                    net -> net.link6().esp("aes256-sha512-modp2048").encapsulation(Encapsulation.AUTO)),
            new Case("aggressive mode, RSA, IPv6, GCM, in UDP", "ESP:AES_GCM_16-128\n",
                    net -> signed(net.link6()).mode(Mode.AGGRESSIVE).encapsulation(Encapsulation.YES)));

    private static Link signed(Link link) {
        Authority authority = Authority.root("C=DE, O=Lab, CN=Root");
        return link.local(link.local().proves("a.example", proof(authority, "a.example")))
                .remote(link.remote().proves("b.example", proof(authority, "b.example")));
    }

    private static Proof proof(Authority authority, String name) {
        var request = Request.of("C=DE, O=Lab, CN=gateway", Keys.rsa(2048), name);
        return Proof.of(request.key(), List.of(authority.issue(request)), authority.certificate());
    }

    /// Each takes a minute, so the ordinary build has one of each role, and `-Dvanth.long=true` all.
    static Stream<Arguments> casesAndRoles() {
        return Boolean.getBoolean("vanth.long")
                ? Role.with(CASES)
                : Stream.of(Arguments.of(CASES.get(0), Role.INITIATOR), Arguments.of(CASES.get(1), Role.RESPONDER));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesAndRoles")
    void rekeysBothPhasesWithoutLoss(Case one, Role role, Lab lab) {
        var net = lab.siteToSite();
        Link link = one.link().apply(net).plane(Link.Plane.KERNEL);
        Link brief = link.lifetime(LIFETIME.get(role)).phaseOne(PHASE_ONE_LIFETIME.get(role));
        Vanth vanth = net.a().vanth(role == Role.INITIATOR ? brief : link);
        StrongSwan swan = net.b().strongSwan(net.atB(role == Role.INITIATOR ? link : brief));
        var peers = new Peers(net, vanth, swan);
        peers.up(role, link);
        int count = COUNT.get(role);
        NumberedStream there = net.traffic(link).aToB(PER_SECOND, count);
        NumberedStream back = net.traffic(link).bToA(PER_SECOND, count);
        assertEquals(count, there.report().received(), swan.log());
        assertEquals(count, back.report().received(), swan.log());
        assertTrue(swan.establishedCount() >= 2, swan.log());
        assertTrue(swan.logged(PHASE_ONE).size() >= 2, swan.log());
        assertTrue(swan.sas(link).contains(one.suite()), swan.sas(link));
        net.traffic(link).pingBothWays();
        peers.down(role, link);
    }
}
