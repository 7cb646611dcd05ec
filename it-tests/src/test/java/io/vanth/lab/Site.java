package io.vanth.lab;

import java.util.List;

/// A gateway and the network behind it.
///
/// @param host a machine in that network, with the gateway as its router
record Site(Lab lab, String name, Namespace gateway, Namespace host) {
    /// The interface towards the other site.
    static final String WAN = "wan";
    /// The interface between gateway and host, in both.
    static final String LAN = "lan";

    /// Starts strongSwan on this gateway.
    StrongSwan strongSwan(Link... links) {
        return StrongSwan.start(this, List.of(links));
    }

    /// Starts Vanth on this gateway.
    Vanth vanth(Link... links) {
        return vanth(Besides.NOTHING, links);
    }

    /// Starts Vanth on this gateway, with more than the links say.
    Vanth vanth(Besides besides, Link... links) {
        return Vanth.start(this, List.of(links), besides);
    }

    /// Protected networks that this gateway must never reach in clear, whatever its daemon does.
    void forbidClear(Link link) {
        gateway.ip("route add unreachable " + link.remote().network() + " metric 4000");
    }

    /// Lets every `nth` datagram that arrives from the other site vanish, the first one among them. Not by chance, so
    /// that a scenario is the same each time.
    void loseEvery(int nth) {
        gateway.nft("""
            table inet lab {
                chain loss {
                    type filter hook prerouting priority raw
                    iifname "%s" meta l4proto udp numgen inc mod %d == 0 drop
                }
            }
            """.formatted(WAN, nth));
    }
}
