package io.vanth.ike.local;

import io.vanth.ike.local.Machine.OwnInterface;
import io.vanth.ike.policy.LocalHost;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Which address of a machine is meant by a [LocalHost]. Of an interface, what was chosen once stays as long as it is
/// there; of a route, as long as no other route leads to the peer.
public record AddressChoice(Machine machine) {
    /// The address, or empty while there is none.
    ///
    /// @param before what was chosen last
    public Optional<InetAddress> choose(LocalHost host, Optional<InetAddress> before) {
        return switch (host) {
            case LocalHost.Address(var literal) -> Optional.of(literal);
            case LocalHost.Interface(var name, var ipv6) -> {
                List<InetAddress> usable = machine.find(name).filter(OwnInterface::up)
                        .map(each -> usable(each, ipv6)).orElse(List.of());
                yield before.filter(usable::contains).or(() -> usable.stream().findFirst());
            }
            case LocalHost.Route(var peer) -> machine.towards(peer).or(() -> before.filter(this::isUsable));
        };
    }

    private boolean isUsable(InetAddress address) {
        return machine.interfaces().stream().anyMatch(each -> each.up() && each.addresses().contains(address));
    }

    /// The addresses of an interface that a peer can answer to, in their order: link-local ones only where there is no
    /// other.
    public static List<InetAddress> usable(OwnInterface of, boolean ipv6) {
        List<InetAddress> family = of.addresses().stream().filter(each -> each instanceof Inet6Address == ipv6)
                .toList();
        List<InetAddress> global = family.stream().filter(each -> !each.isLinkLocalAddress()).toList();
        return global.isEmpty() ? family : global;
    }
}
