package io.vanth.lab;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-6: identities of every type, with a pre-shared key, in both roles with strongSwan.
@InLab
final class IdentityIT {
    /// The identities of both ends, as both daemons read them.
    ///
    /// @param shown how strongSwan prints that of A
    record Names(String type, String a, String b, String shown) {
        Names(String type, String a, String b) {
            this(type, a, b, a);
        }

        @Override
        public String toString() {
            return type;
        }
    }

    private static final List<Names> NAMES = List.of(new Names("IPv4 addresses", "192.0.2.1", "192.0.2.2"),
            new Names("IPv6 addresses", "2001:db8::a", "2001:db8::b"),
            new Names("domain names", "a.example", "b.example"),
            new Names("user names", "a@lab.example", "b@lab.example"),
            new Names("distinguished names", "C=DE, O=Lab, CN=a", "C=DE, O=Lab, CN=b"),
            new Names("key ids", "@#0a0b", "@#0c0d", "0a:0b"),
            new Names("IPv4 subnets", "10.50.0.0/16", "10.60.0.0/16"),
            new Names("IPv6 subnets", "2001:db8:50::/48", "2001:db8:60::/48"),
            new Names("IPv4 ranges", "10.50.0.1-10.50.0.9", "10.60.0.1-10.60.0.9"),
            new Names("IPv6 ranges", "2001:db8:50::1-2001:db8:50::9", "2001:db8:60::1-2001:db8:60::9"));

    private static Peers peers;

    private static Link link(Topology net, Names names) {
        Link link = net.link(NAMES.indexOf(names));
        return link.local(link.local().id(names.a())).remote(link.remote().id(names.b()));
    }

    @BeforeAll
    static void start(Lab lab) {
        Topology net = lab.siteToSite(NAMES.size());
        peers = Peers.of(net, NAMES.stream().map(names -> link(net, names)).toList());
    }

    static Stream<Arguments> names() {
        return Role.with(NAMES);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("names")
    void carriesTraffic(Names names, Role role) {
        Link link = link(peers.net(), names);
        peers.upAndDown(role, link, () -> {
            String sas = peers.swan().sas(link);
            assertTrue(sas.contains("remote '" + names.shown() + "' @"), sas);
        });
    }
}
