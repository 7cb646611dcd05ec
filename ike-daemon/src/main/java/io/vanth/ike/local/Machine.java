package io.vanth.ike.local;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// What a machine has of interfaces, addresses and routes at this moment.
public interface Machine {
    /// Its interfaces.
    List<OwnInterface> interfaces();

    /// The address from which the route leads to a peer, or empty where there is none.
    Optional<InetAddress> towards(InetAddress peer);

    /// The same machine for packets that leave by one device only, or by the members of a VRF.
    Machine through(String device);

    /// The interface of that name.
    default Optional<OwnInterface> find(String name) {
        return interfaces().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// Whether it has a device that sockets can be bound to, be it one without any address.
    default boolean has(String device) {
        return find(device).isPresent();
    }

    /// What somebody has written to an interface as its alias (`ip link set … alias`), or ""; empty where there is no such
    /// interface.
    default Optional<String> alias(String name) {
        return find(name).map(_ -> "");
    }

    /// An interface.
    ///
    /// @param up        whether it works; packets can neither leave nor arrive while it does not
    /// @param addresses in the order in which `ip address` shows them
    record OwnInterface(String name, boolean up, List<InetAddress> addresses) {
        public OwnInterface {
            addresses = List.copyOf(addresses);
        }
    }
}
