package io.vanth.lab;

import io.vanth.dataplane.userspace.route.HostNumbers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-19: manual keys of Vanth on either data plane, against SAs and policies that were put into another kernel by hand.
@InLab({Program.IP, Program.PING})
@Order(1)
final class ManualKernelLab {
    private static final String ENC = "000102030405060708090a0b0c0d0e0f";
    static final String AUTH = "ff".repeat(31) + "01";
    static final String A = "192.0.2.1";
    static final String B = "192.0.2.2";
    private static final String A6 = "2001:db8:f::1";
    private static final String B6 = "2001:db8:f::2";
    private static final int TABLE = 100;

    /// Where Vanth's SAs are.
    enum Plane {
        USERSPACE("name: userspace, routes: false"),
        NETLINK("name: netlink");

        private final String settings;

        Plane(String settings) {
            this.settings = settings;
        }

        String settings() {
            return settings;
        }
    }

    /// What protects the packets between which addresses.
    ///
    /// @param bundle protocol and mode of each SA, the innermost first
    record Shape(String name, List<String> bundle, boolean ipv6, boolean hosts) {
        private String[] outer() {
            return ipv6 ? new String[]{A6, B6} : new String[]{A, B};
        }

        private String[] inner() {
            if (hosts) {
                return outer();
            }
            return ipv6
                    ? new String[]{"2001:db8:1::/64", "2001:db8:2::/64"}
                    : new String[]{"10.1.0.0/24", "10.2.0.0/24"};
        }

        private String[] addresses() {
            return hosts
                    ? outer()
                    : ipv6 ? new String[]{"2001:db8:1::1", "2001:db8:2::1"} : new String[]{"10.1.0.1", "10.2.0.1"};
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> all() {
        List<Shape> shapes = List.of(new Shape("ESP tunnel", List.of("esp tunnel"), false, false),
                new Shape("AH transport", List.of("ah transport"), false, true),
                new Shape("ESP tunnel in AH", List.of("esp tunnel", "ah transport"), false, false),
                new Shape("ESP transport in AH", List.of("esp transport", "ah transport"), false, true),
                new Shape("ESP tunnel, not authenticated", List.of("bare tunnel"), false, false),
                new Shape("ESP tunnel, IPv6", List.of("esp tunnel"), true, false));
        return Stream.of(Plane.values()).flatMap(plane -> shapes.stream().map(shape -> Arguments.of(plane, shape)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("all")
    void exchangesWithAnotherKernel(Plane plane, Shape shape, Lab lab) {
        var net = lab.siteToSite();
        prepare(net, plane, shape);
        protectB(net, shape);
        ManualVanth vanth = ManualVanth.start(net, plane.settings, associations(net, shape) + policy(shape, "require"));
        lead(net, plane, shape);
        ping(net, shape);
        for (String sa : shape.bundle) {
            assertEquals(6, vanth.packets("out-" + sa.replace(' ', '-')), vanth::log);
            assertEquals(6, vanth.packets("in-" + sa.replace(' ', '-')), vanth::log);
        }
        System.out.printf("[lab] D-19 manual keys, %s and kernel: %-22s passed%n", plane, shape);
    }

    /// Every command is a Java program, which the guest starts slowly.
    ///
    /// What is not there is required, or done without; and comes and goes by command.
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void levelsDecideWhatGoesInClear(Plane plane, Lab lab) {
        var net = lab.siteToSite();
        Shape shape = new Shape("service", List.of("esp transport"), false, true);
        prepare(net, plane, shape);
        ManualVanth vanth = ManualVanth.start(net, plane.settings, policy(shape, "use"));
        lead(net, plane, shape);
        assertTrue(reaches(net), "in clear while there is no SA");
        vanth.add(associations(net, shape));
        protectB(net, shape);
        ping(net, shape);
        assertTrue(vanth.packets("out-esp-transport") >= 6, vanth::log);
        String listed = vanth.cli("sa", "list", "--json");
        assertTrue(listed.contains("hmac_sha2_256_128"), listed);
        assertFalse(listed.contains(ENC), "no key is ever shown");
        vanth.cli("sa", "flush");
        assertFalse(reaches(net), "the peer still demands it");
        net.b().gateway().ip("xfrm policy flush");
        assertTrue(reaches(net), "in clear again");
        vanth.reload(plane.settings, policy(shape, "require"));
        assertFalse(reaches(net), "nothing without an SA");
        assertTrue(vanth.cli("policy", "list").contains("there is no outbound association"));
        vanth.reload(plane.settings, associations(net, shape) + policy(shape, "require"));
        protectB(net, shape);
        ping(net, shape);
    }

    /// RFC 4301 section 4.4.1.1: echo requests and replies pass, and nothing else.
    @ParameterizedTest
    @EnumSource
    void messagesOfIcmpAreToldApart(Plane plane, Lab lab) {
        var net = lab.siteToSite();
        Shape shape = new Shape("all", List.of("esp transport"), false, true);
        prepare(net, plane, shape);
        ManualVanth vanth = ManualVanth.start(net, plane.settings,
                policy(shape, "require") + message("request", 8) + message("reply", 0));
        lead(net, plane, shape);
        Await.until("echo passes", Await.LIMIT, () -> echo(net.a().gateway(), B), vanth::log);
        assertFalse(reaches(net), "TCP is no message of ICMP");
        vanth.cli("policy", "delete", "request");
        assertFalse(echo(net.a().gateway(), B), "the request is no reply");
    }

    private static String message(String name, int type) {
        return """
              %s:
                order: 1
                local: %s
                remote: %s
                protocol: icmp
                icmp: {type: %d}
                action: bypass
            """.formatted(name, A, B, type);
    }

    private static void prepare(Topology net, Plane plane, Shape shape) {
        ManualVanth.key(net, "auth", AUTH);
        Namespace a = net.a().gateway();
        Namespace b = net.b().gateway();
        if (shape.ipv6) {
            // A policy for all packets between two hosts would be for their neighbour discovery too.
            for (Namespace each : List.of(a, b)) {
                each.ip("route add %s via %s".formatted(each.equals(a) ? "2001:db8:2::/64" : "2001:db8:1::/64",
                        each.equals(a) ? B6 : A6));
            }
        } else {
            if (plane == Plane.NETLINK) {
                a.ip("route add 10.2.0.0/24 via " + B + " src 10.1.0.1");
            }
            b.ip("route add 10.1.0.0/24 via " + A + " src 10.2.0.1");
        }
    }

    /// The userspace engine's own routes come with a filter that this kernel lacks: the operator routes.
    private static void lead(Topology net, Plane plane, Shape shape) {
        if (plane == Plane.USERSPACE) {
            Namespace a = net.a().gateway();
            String family = shape.ipv6 ? "-6 " : "-4 ";
            a.ip("%sroute add %s dev vanth0 table %d src %s".formatted(family, shape.inner()[1], TABLE,
                    shape.addresses()[0]));
            a.ip("%srule add not fwmark %d table %d".formatted(family, HostNumbers.MARK, TABLE));
        }
    }

    private static String associations(Topology net, Shape shape) {
        StringBuilder text = new StringBuilder("associations:\n");
        int spi = 0x1000;
        for (String sa : shape.bundle) {
            text.append(association(net, "out-" + sa.replace(' ', '-'), sa, shape.outer()[0], shape.outer()[1], spi++));
            text.append(association(net, "in-" + sa.replace(' ', '-'), sa, shape.outer()[1], shape.outer()[0], spi++));
        }
        return text.toString();
    }

    static String association(Topology net, String name, String sa, String from, String to, int spi) {
        String[] words = sa.split(" ", 2);
        String integrity = "integrity: {algorithm: sha256, key: {file: %s}}"
                .formatted(net.lab().folder("manual").resolve("auth"));
        return """
              %s:
                protocol: %s
                source: "%s"
                destination: "%s"
                spi: 0x%x
                mode: %s
            %s    %s
            """.formatted(name, protocol(words[0]), from, to, spi, words[1],
                protocol(words[0]).equals("esp") ? "    encryption: {algorithm: aes, key: \"" + ENC + "\"}\n" : "",
                words[0].equals("bare") ? "allow: [unauthenticatedEncryption]" : integrity);
    }

    /// `bare` is ESP that does not authenticate.
    private static String protocol(String word) {
        return word.equals("bare") ? "esp" : word;
    }

    private static String policy(Shape shape, String level) {
        List<String> layers = shape.bundle.stream()
                .map(sa -> sa.endsWith(" tunnel")
                        ? "esp/tunnel/%s-%s/%s".formatted(shape.outer()[0], shape.outer()[1], level)
                        : sa.replace(' ', '/') + "//" + level)
                .toList();
        return """
            policies:
              all:
                local: "%s"
                remote: "%s"
                action: [%s]
            """.formatted(shape.inner()[0], shape.inner()[1],
                String.join(", ", layers.stream().map(each -> '"' + each + '"').toList()));
    }

    private static void protectB(Topology net, Shape shape) {
        Namespace b = net.b().gateway();
        b.ip("xfrm state flush");
        b.ip("xfrm policy flush");
        int spi = 0x1000;
        StringBuilder there = new StringBuilder();
        StringBuilder back = new StringBuilder();
        for (String sa : shape.bundle) {
            String[] words = sa.split(" ", 2);
            there.append(state(b, words, shape.outer()[0], shape.outer()[1], spi++, shape.ipv6));
            back.append(state(b, words, shape.outer()[1], shape.outer()[0], spi++, shape.ipv6));
        }
        if (shape.bundle.size() > 1) {
            // A kernel with XFRM interfaces wants one for what is between the layers; Vanth makes its own.
            b.ip("xfrm policy add src %1$s dst %2$s proto esp dir in tmpl src %1$s dst %2$s proto ah mode transport"
                    .formatted(shape.outer()[0], shape.outer()[1]));
        }
        b.ip("xfrm policy add src %s dst %s dir in".formatted(shape.inner()[0], shape.inner()[1]) + there);
        b.ip("xfrm policy add src %s dst %s dir out".formatted(shape.inner()[1], shape.inner()[0]) + back);
    }

    /// Adds an SA; the template of a policy that asks for it.
    static String state(Namespace b, String[] words, String from, String to, int spi, boolean ipv6) {
        String ends = "src %s dst %s proto %s".formatted(from, to, protocol(words[0]));
        b.ip("xfrm state add %s spi 0x%x mode %s%s flag af-unspec%s%s".formatted(ends, spi, words[1],
                words[0].equals("ah") && !ipv6 ? " flag align4" : "",
                words[0].equals("bare") ? "" : " auth-trunc hmac(sha256) 0x" + AUTH + " 128",
                words[0].equals("ah") ? "" : " enc cbc(aes) 0x" + ENC));
        return " tmpl %s mode %s".formatted(ends, words[1]);
    }

    /// Three echo requests each way, all answered.
    private static void ping(Topology net, Shape shape) {
        String[] addresses = shape.addresses();
        for (int request = 0; request < 3; request++) {
            for (boolean there : new boolean[]{true, false}) {
                Namespace from = there ? net.a().gateway() : net.b().gateway();
                Command.Result result = from.command("ping", "-c", "1", "-W", "10", "-I", addresses[there ? 0 : 1],
                        addresses[there ? 1 : 0]).run();
                assertEquals(0, result.exit(), () -> result.all() + net.b().gateway().ip("-s xfrm state")
                        + net.b().gateway().command("cat", "/proc/net/xfrm_stat").run().all());
            }
        }
    }

    /// With its source address said, ping asks the kernel for no route of UDP first, which another policy refuses.
    private static boolean echo(Namespace from, String target) {
        return from.command("ping", "-c", "1", "-W", "3", "-I", A, target).run().exit() == 0;
    }

    /// Whether the peer refuses a TCP connection to a port with no listener: then packets pass both ways.
    private static boolean reaches(Topology net) {
        return net.a().gateway().command("timeout", "3", "bash", "-c", "exec 3<>/dev/tcp/%s/9".formatted(B)).run()
                .all().contains("refused");
    }
}
