package io.vanth.ike.config;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.local.AddressChoice;
import io.vanth.ike.local.Machine;
import io.vanth.ike.local.Machine.OwnInterface;
import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads where our datagrams come from: an address, an interface, or nothing, which is the route to the peer.
///
/// @param machine what this machine has now; what it lacks may come later where it may change anyhow
record LocalReader(Machine machine) {
    /// Our side of a connection.
    record End(LocalHost host, Identity identity) {}

    /// Our side, for a peer with this address where that is written; empty after a finding.
    Optional<End> read(Section place, Optional<InetAddress> peer) {
        if (place.has("address") && place.has("interface")) {
            place.section("interface").error("an address and an interface", "keep one of the two");
            return Optional.empty();
        }
        Optional<LocalHost> host = place.node().isTextual() || place.has("address")
                ? literal(place)
                : place.has("interface") ? Optional.of(ofInterface(place, peer)) : route(place, peer);
        return host.flatMap(each -> place.has("id")
                ? place.parsed("id", "write an address, a domain name or user@domain", Identity::parse)
                        .map(id -> new End(each, id))
                : Optional.of(new End(each, identity(each))));
    }

    private static Identity identity(LocalHost host) {
        return host instanceof LocalHost.Address(var address)
                ? Identity.of(address)
                : Identity.unspecified(host.ipv6());
    }

    private Optional<LocalHost> literal(Section place) {
        Section at = place.node().isTextual() ? place : place.section("address");
        String text = at.node().asText();
        Optional<InetAddress> literal = at.parse(text, "write an IP address of this gateway", address -> {
            try {
                return InetAddress.ofLiteral(address);
            } catch (IllegalArgumentException bad) {
                throw new IllegalArgumentException("'%s' is no IP address".formatted(address), bad);
            }
        });
        if (literal.isPresent() && (literal.get().isAnyLocalAddress() || literal.get().isMulticastAddress())) {
            at.error("'%s' is not the address of one host".formatted(text), "write the address of this gateway");
            return Optional.empty();
        }
        literal.filter(each -> !isHere(each)).ifPresent(each -> at.warning(
                "%s is on no interface of this machine, so that the daemon cannot start here".formatted(text),
                "write an address of this machine%s, or {interface: NAME}".formatted(allAddresses())));
        return literal.map(LocalHost.Address::new);
    }

    /// All of 127.0.0.0/8 is, whatever the interfaces show.
    private boolean isHere(InetAddress address) {
        return address.isLoopbackAddress()
                || machine.interfaces().stream().anyMatch(each -> each.addresses().contains(address));
    }

    private String allAddresses() {
        return machine.interfaces().stream().flatMap(each -> each.addresses().stream())
                .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .collect(Collectors.collectingAndThen(Collectors.joining(", "),
                        all -> all.isEmpty() ? "" : " (%s)".formatted(all)));
    }

    /// The family is the peer's, and IPv4 for one whose address is not written.
    private LocalHost ofInterface(Section place, Optional<InetAddress> peer) {
        Section at = place.section("interface");
        var host = new LocalHost.Interface(at.node().asText(),
                peer.filter(each -> each.getAddress().length > 4).isPresent());
        Optional<OwnInterface> found = machine.find(host.name());
        if (found.isEmpty()) {
            at.warning("this machine has no interface '%s' now; the connection waits for it".formatted(host.name()),
                    "this machine has: " + machine.interfaces().stream().map(OwnInterface::name)
                            .collect(Collectors.joining(", ")));
        } else if (!found.get().up()) {
            at.warning("%s is down now; the connection waits for it".formatted(host.name()),
                    "ip link set %s up".formatted(host.name()));
        } else {
            checkAddresses(at, found.get(), host);
        }
        return host;
    }

    private static void checkAddresses(Section at, OwnInterface found, LocalHost.Interface host) {
        List<InetAddress> usable = AddressChoice.usable(found, host.ipv6());
        if (usable.isEmpty()) {
            at.warning("%s has no %s address now; the connection waits for one".formatted(host.name(),
                    host.ipv6() ? "IPv6" : "IPv4"), "ip address show dev " + host.name());
        } else if (usable.size() > 1) {
            at.warning("%s has several addresses, and the first is taken: %s".formatted(host.name(),
                    usable.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "))),
                    "write {address: %s} if that is to stay the one".formatted(usable.getFirst().getHostAddress()));
        }
    }

    private Optional<LocalHost> route(Section place, Optional<InetAddress> peer) {
        if (peer.isEmpty()) {
            place.error("the local address is needed when the peer's is not written",
                    "write local: ADDRESS, or local: {interface: NAME}");
            return Optional.empty();
        }
        if (machine.towards(peer.get()).isEmpty()) {
            place.warning("no route leads to the peer now; the connection waits for one",
                    "ip route get " + peer.get().getHostAddress());
        }
        return Optional.of(new LocalHost.Route(peer.get()));
    }
}
