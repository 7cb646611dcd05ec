package io.vanth.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// What the labs of tunnels for everything share, on either data plane.
final class FullTunnel {
    /// Addresses behind the peer that are in no network of ours.
    static final String FAR = "203.0.113.77";
    static final String FAR6 = "2001:db8:77::77";

    private FullTunnel() {}

    /// The peer's link, with everything behind it.
    static Link everythingBehindPeer(Link link) {
        String all = link.remote().network().contains(":") ? "::/0" : "0.0.0.0/0";
        return link.remote(link.remote().network(all));
    }

    static Command.Result ping(Namespace from, String source, String target) {
        return from.command("ping", "-c", "1", "-W", "3", "-I", source, target).run();
    }

    static void assertReaches(Namespace from, String source, String target) {
        Command.Result result = ping(from, source, target);
        assertEquals(0, result.exit(), result::all);
    }

    /// Host and gateway, in both directions.
    static void assertOwn(Topology net, String host, String gateway) {
        assertReaches(net.a().host(), host, gateway);
        assertReaches(net.a().gateway(), gateway, host);
    }
}
