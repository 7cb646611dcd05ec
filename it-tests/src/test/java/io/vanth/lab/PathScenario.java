package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Plane;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// ICMP through a tunnel: echoes of every size up to what fits, word of what does not fit to the host that sent it, and
/// errors from behind the other gateway.
final class PathScenario {
    private static final int ETHERNET = 1500;
    private static final int NARROW = 1380;
    private static final int ICMP_HEADER = 8;
    private static final int CLOSED_PORT = 4242;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Pattern TOO_BIG = Pattern.compile("mtu(?: ?= ?|: ?)(\\d+)");

    private final Topology net;
    private final Link link;
    private final int header;

    private PathScenario(Topology net, Link link) {
        this.net = net;
        this.link = link;
        header = ICMP_HEADER + (link.local().host().contains(":") ? 40 : 20);
    }

    /// Over IPv4 and IPv6, with strongSwan at B.
    static void play(Lab lab, Plane plane) throws Exception {
        var net = lab.siteToSite(Middle.ROUTER);
        var links = List.of(of(net.link(), plane), of(net.link6(), plane));
        var peers = Peers.of(net, links);
        for (Link link : links) {
            peers.up(Role.INITIATOR, link);
            net.traffic(link).pingBothWays();
            var scenario = new PathScenario(net, link);
            int largest = scenario.findsWhatFits(ETHERNET);
            assertTrue(largest > ETHERNET - 150, largest + " bytes fit");
            scenario.hearsOfAClosedPort();
        }
        net.router().orElseThrow().ip("link set to-b mtu " + NARROW);
        net.b().gateway().ip("link set %s mtu %d".formatted(Site.WAN, NARROW));
        for (Link link : links) {
            new PathScenario(net, link).findsWhatFits(ETHERNET);
        }
    }

    private static Link of(Link link, Plane plane) {
        return link.plane(plane).encapsulation(plane == Plane.USERSPACE ? Encapsulation.YES : Encapsulation.AUTO);
    }

    /// Sends whole packets through the tunnel of a link that nobody may fragment, until one is answered: its size.
    ///
    /// @param first the size of the first
    static int findsWhatFits(Topology net, Link link, int first) {
        return new PathScenario(net, link).findsWhatFits(first);
    }

    /// Sends whole packets that nobody may fragment, each as large as the last word about it, until one is answered.
    ///
    /// @return its size
    private int findsWhatFits(int first) {
        int size = first;
        for (int attempt = 0; attempt < 4; attempt++) {
            Command.Result result = ping(size);
            if (result.exit() == 0) {
                return size;
            }
            Matcher word = TOO_BIG.matcher(result.all());
            if (word.find()) {
                int told = Integer.parseInt(word.group(1));
                assertTrue(told < size, "told that %d fits after %d did not".formatted(told, size));
                size = told;
            }
        }
        throw new AssertionError("nothing fits: %d bytes do not%n%s".formatted(size, ping(size).all()));
    }

    /// The first of two makes the word come, the second hears it from its own kernel.
    private Command.Result ping(int size) {
        return net.a().host().command("ping", "-c", "2", "-i", "0.3", "-W", "3", "-M", "do", "-s",
                Integer.toString(size - header), "-I", link.local().host(), link.remote().host()).run();
    }

    /// RFC 4301 section 6: the error about a protected packet comes back by the same tunnel.
    private void hearsOfAClosedPort() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.named(net.a().host().name());
                DatagramSocket socket = host.call(() -> new DatagramSocket(
                        new InetSocketAddress(InetAddress.ofLiteral(link.local().host()), 0)))) {
            socket.connect(InetAddress.ofLiteral(link.remote().host()), CLOSED_PORT);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(new byte[1], 1));
            Exception heard = assertThrows(Exception.class, () -> socket.receive(new DatagramPacket(new byte[1], 1)));
            assertEquals(PortUnreachableException.class, heard.getClass());
        }
    }
}
