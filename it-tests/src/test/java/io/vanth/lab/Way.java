package io.vanth.lab;

import io.vanth.lab.Link.Endpoint;
import java.util.List;

/// What leads packets into the tunnels of two gateways that both run Vanth.
enum Way {
    /// The selectors of the tunnels.
    POLICIES,
    /// The operators' routes: each connection has an interface, and its tunnels are for everything.
    ROUTES;

    /// What each Vanth gets besides its links.
    Besides besides() {
        return switch (this) {
            case POLICIES -> Besides.NOTHING;
            case ROUTES -> Besides.settings("interface: vanth-LINK");
        };
    }

    /// As gateway A's Vanth is to know a pair of networks.
    Link of(Link link) {
        return switch (this) {
            case POLICIES -> link;
            case ROUTES -> link.local(everything(link.local())).remote(everything(link.remote()));
        };
    }

    private static Endpoint everything(Endpoint end) {
        return end.network(end.network().contains(":") ? "::/0" : "0.0.0.0/0");
    }

    /// What the operator of a gateway does once its Vanth runs. No policy looks at what comes from elsewhere, so that the
    /// filter of reverse paths has to.
    ///
    /// @param networks the links as a topology gives them, with the networks behind the gateways; mirrored at B
    void lead(Namespace gateway, List<Link> networks) {
        if (this == ROUTES) {
            gateway.set("net.ipv4.conf.all.rp_filter", 1);
            networks.forEach(link -> gateway
                    .ip("route add %s dev vanth-%s".formatted(link.remote().network(), link.name())));
        }
    }
}
