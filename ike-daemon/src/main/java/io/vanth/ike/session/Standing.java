package io.vanth.ike.session;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What is to outlast a restart of a connection, of its tunnels by their names.
///
/// @param held what the operator has taken down, and whether the peer is refused too
/// @param up   what is up
record Standing(Map<String, Boolean> held, List<String> up) {
    static final Standing NONE = new Standing(Map.of(), List.of());

    static Standing of(ConnectionControl connection) {
        return new Standing(
                connection.tunnels().stream().filter(TunnelControl::heldDown)
                        .collect(Collectors.toMap(each -> each.tunnel().name(), TunnelControl::refusesPeer)),
                connection.tunnels().stream().filter(each -> each.current().isPresent())
                        .map(each -> each.tunnel().name()).toList());
    }
}
