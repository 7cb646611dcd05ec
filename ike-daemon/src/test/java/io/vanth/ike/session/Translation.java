package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Routers that translate addresses: each hides hosts behind its outer address. A host's first datagram makes a mapping
/// to an outer port; what comes to a port without a mapping is lost.
final class Translation {
    static final Translation NONE = new Translation();
    private static final int NAT_TRAVERSAL = 4500;
    private static final int FIRST_PORT = 20_000;

    private final Map<InetAddress, InetAddress> outerOf = new HashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> outer = new HashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> inner = new HashMap<>();
    private int nextPort = FIRST_PORT;

    /// Hides a host.
    Translation hide(InetAddress host, InetAddress behind) {
        outerOf.put(host, behind);
        return this;
    }

    /// Passes what comes to a port of the outer address on to the same port of the host.
    Translation forward(InetAddress host, int port) {
        map(new InetSocketAddress(host, port), new InetSocketAddress(outerOf.get(host), port));
        return this;
    }

    /// Forgets all mappings, as a router that restarts; later ones have other ports.
    void forget() {
        outer.clear();
        inner.clear();
    }

    private void map(InetSocketAddress inside, InetSocketAddress outside) {
        outer.put(inside, outside);
        inner.put(outside, inside);
    }

    /// The path as the receiver sees it; empty where no mapping leads to one.
    Optional<Path> arrives(Path sent) {
        InetSocketAddress from = sent.local();
        InetAddress behind = outerOf.get(from.getAddress());
        if (behind != null && !outer.containsKey(from)) {
            map(from, new InetSocketAddress(behind, nextPort++));
        }
        InetSocketAddress to = sent.remote();
        boolean hidden = outerOf.containsValue(to.getAddress());
        if (hidden && !inner.containsKey(to)) {
            return Optional.empty();
        }
        InetSocketAddress reached = hidden ? inner.get(to) : to;
        return Optional.of(new Path(reached, outer.getOrDefault(from, from), reached.getPort() == NAT_TRAVERSAL));
    }
}
