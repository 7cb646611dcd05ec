package io.vanth.ike.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A difference between two configurations of a daemon.
///
/// @param name the connection, or `daemon`
/// @param key  what differs in it; empty for all of it
public record Change(String name, String key, Cost cost) {
    private static final List<Key> KEYS = List.of(
            new Key("local", Cost.RESTART, Connection::local),
            new Key("local.id", Cost.RESTART, Connection::localId),
            new Key("remote.address", Cost.RESTART, Connection::remoteHosts),
            new Key("remote.id", Cost.RESTART, Connection::remoteId),
            new Key("remote.port", Cost.RESTART, Connection::remotePorts),
            new Key("ports", Cost.RESTART, Connection::localPorts),
            new Key("hooks", Cost.RESTART, Connection::hooks),
            new Key("tunnels", Cost.RESTART, Connection::tunnels),
            new Key("dpd.action", Cost.RESTART, each -> each.tunnels().stream().map(each::acquires).toList()),
            new Key("credentials", Cost.NONE, Connection::authentication),
            new Key("mode", Cost.NONE, Connection::mode),
            new Key("proposals", Cost.NONE, Connection::proposals),
            new Key("lifetime", Cost.NONE, Connection::lifetime),
            new Key("encapsulation", Cost.NONE, Connection::encapsulation),
            new Key("fragmentation", Cost.NONE, Connection::fragmentation),
            new Key("unique", Cost.NONE, Connection::uniqueness),
            new Key("allow", Cost.NONE, Connection::allowed),
            new Key("dpd", Cost.NONE, Connection::dpd),
            new Key("retransmit", Cost.NONE, Connection::retransmission));

    /// What a difference costs.
    public enum Cost {
        /// What is up goes on; the next phase 1 uses it.
        NONE,
        /// It is there at once; packets of what it replaces may be lost meanwhile.
        MOMENT,
        /// The daemon has to be started anew.
        RESTART
    }

    private record Key(String name, Cost cost, Function<Connection, Object> value) {
        boolean differs(Connection one, Connection other) {
            return !value.apply(one).equals(value.apply(other));
        }
    }

    /// What differs, in the order of the connections. Their order counts too: it is that of their policies.
    public static List<Change> between(List<Connection> before, List<Connection> after) {
        List<String> names = after.stream().map(Connection::name).toList();
        List<Change> changes = new ArrayList<>();
        for (Connection old : before) {
            Optional<Connection> now = after.stream().filter(each -> each.name().equals(old.name())).findFirst();
            if (now.isEmpty()) {
                changes.add(new Change(old.name(), "", Cost.RESTART));
            } else {
                KEYS.stream().filter(key -> key.differs(old, now.get()))
                        .forEach(key -> changes.add(new Change(old.name(), key.name(), key.cost())));
            }
        }
        List<String> known = before.stream().map(Connection::name).toList();
        names.stream().filter(name -> !known.contains(name))
                .forEach(name -> changes.add(new Change(name, "", Cost.RESTART)));
        List<String> kept = names.stream().filter(known::contains).toList();
        if (!kept.equals(known.stream().filter(names::contains).toList())) {
            changes.add(new Change(kept.getFirst(), "order", Cost.RESTART));
        }
        return changes;
    }
}
