package io.vanth.lab;

import java.time.Duration;
import java.util.Optional;

/// One gateway's view of a connection. Peers of every kind write their own configuration from it; [#mirror()] is the
/// other gateway's view.
///
/// @param ike the phase 1 proposal, such as `aes256-sha256-modp2048`
/// @param esp the phase 2 proposal; with a group behind it, PFS
/// @param lifetime of the IPsec SAs
/// @param phaseOne lifetime of the ISAKMP SA
/// @param plane    the same for all links of a gateway
/// @param datagram the largest IP datagram of IKE; larger messages go in pieces
record Link(String name, Endpoint local, Endpoint remote, String secret, String ike, String esp, Duration lifetime,
        Start start, Encapsulation encapsulation, Dpd dpd, Mode mode,
        Duration phaseOne, int datagram, Plane plane) {

    static final String TUNNEL = "lan";

    /// Who a gateway is and what it protects.
    ///
    /// @param network behind it, as CIDR
    /// @param host    an address of a real host in it
    /// @param proof   how it proves its identity; empty for the pre-shared key
    record Endpoint(String address, String id, String network, String host, Optional<Proof> proof) {
        Endpoint(String address, String id, String network, String host) {
            this(address, id, network, host, Optional.empty());
        }

        Endpoint address(String other) {
            return new Endpoint(other, id, network, host, proof);
        }

        Endpoint network(String other) {
            return new Endpoint(address, id, other, host, proof);
        }

        Endpoint proves(String identity, Proof how) {
            return new Endpoint(address, identity, network, host, Optional.of(how));
        }

        Endpoint id(String other) {
            return new Endpoint(address, other, network, host, proof);
        }
    }

    /// Who starts.
    enum Start {
        /// The daemon by itself, again and again.
        ALWAYS,
        /// The first packet for the other network.
        ON_DEMAND,
        /// The peer, or an operator.
        PASSIVE
    }

    /// What carries the traffic, at both gateways.
    enum Plane {
        /// An engine over a TUN device.
        USERSPACE,
        /// IPsec of the kernel.
        KERNEL
    }

    /// Whether ESP travels in UDP.
    enum Encapsulation {
        /// As the data plane likes it best.
        AUTO,
        /// Always.
        YES,
        /// Never.
        NO
    }

    /// The exchange of phase 1.
    enum Mode {
        /// Six messages.
        MAIN,
        /// Three, and the identities in clear.
        AGGRESSIVE
    }

    /// How soon a dead peer is noticed.
    record Dpd(Duration delay, Duration timeout) {}

    static Link between(String name, Endpoint local, Endpoint remote) {
        return new Link(name, local, remote, "correct horse battery staple", "aes256-sha256-modp2048", "aes128gcm16",
                Duration.ofHours(1), Start.PASSIVE, Encapsulation.YES,
                new Dpd(Duration.ofSeconds(30), Duration.ofSeconds(120)), Mode.MAIN, Duration.ofHours(8), 1280,
                Plane.USERSPACE);
    }

    Link mirror() {
        return local(remote).remote(local);
    }

    Link local(Endpoint other) {
        return new Link(name, other, remote, secret, ike, esp, lifetime, start, encapsulation, dpd, mode, phaseOne,
                datagram, plane);
    }

    Link remote(Endpoint other) {
        return new Link(name, local, other, secret, ike, esp, lifetime, start, encapsulation, dpd, mode, phaseOne,
                datagram, plane);
    }

    /// The same with another network behind the local gateway.
    Link protecting(String network) {
        return local(local.network(network));
    }

    Link secret(String other) {
        return new Link(name, local, remote, other, ike, esp, lifetime, start, encapsulation, dpd, mode, phaseOne,
                datagram, plane);
    }

    Link ike(String proposal) {
        return new Link(name, local, remote, secret, proposal, esp, lifetime, start, encapsulation, dpd, mode,
                phaseOne, datagram, plane);
    }

    Link esp(String proposal) {
        return new Link(name, local, remote, secret, ike, proposal, lifetime, start, encapsulation, dpd, mode,
                phaseOne, datagram, plane);
    }

    Link lifetime(Duration time) {
        return new Link(name, local, remote, secret, ike, esp, time, start, encapsulation, dpd, mode, phaseOne,
                datagram, plane);
    }

    Link start(Start who) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, who, encapsulation, dpd, mode, phaseOne,
                datagram, plane);
    }

    Link encapsulation(Encapsulation when) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, when, dpd, mode, phaseOne, datagram,
                plane);
    }

    Link dpd(Duration delay, Duration timeout) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, encapsulation, new Dpd(delay, timeout),
                mode, phaseOne, datagram, plane);
    }

    Link phaseOne(Duration time) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, encapsulation, dpd, mode, time,
                datagram, plane);
    }

    Link mode(Mode exchange) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, encapsulation, dpd, exchange,
                phaseOne, datagram, plane);
    }

    Link datagram(int bytes) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, encapsulation, dpd, mode, phaseOne,
                bytes, plane);
    }

    Link plane(Plane what) {
        return new Link(name, local, remote, secret, ike, esp, lifetime, start, encapsulation, dpd, mode, phaseOne,
                datagram, what);
    }

    /// How operators name its tunnel.
    String tunnel() {
        return name + "/" + TUNNEL;
    }
}
