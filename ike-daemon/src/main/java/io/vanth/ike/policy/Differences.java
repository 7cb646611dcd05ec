package io.vanth.ike.policy;

import io.vanth.ike.policy.Change.Cost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// What differs between the connections of two configurations, and what it costs to get from one to the other. The groups
/// of tunnels do not count: [SaGroups] follows from what is said here.
public final class Differences {
    private static final List<Key<Connection>> CONNECTION = List.of(
            new Key<>("local", Cost.RESTART, Connection::local),
            new Key<>("local.id", Cost.RESTART, Connection::localId),
            new Key<>("remote.address", Cost.RESTART, Connection::remoteHosts),
            new Key<>("remote.id", Cost.RESTART, Connection::remoteId),
            new Key<>("remote.port", Cost.RESTART, Connection::remotePorts),
            new Key<>("hooks", Cost.NONE, Connection::hooks),
            new Key<>("unique", Cost.NONE, Connection::uniqueness),
            new Key<>("dpd", Cost.NONE, Connection::dpd),
            new Key<>("retransmit", Cost.NONE, Connection::retransmission));
    private static final List<Key<Connection>> PHASE_ONE = List.of(
            new Key<>("credentials", Cost.NONE, Connection::authentication),
            new Key<>("mode", Cost.NONE, Connection::mode),
            new Key<>("proposals", Cost.NONE, Connection::proposals),
            new Key<>("lifetime", Cost.NONE, Connection::lifetime),
            new Key<>("encapsulation", Cost.NONE, Connection::encapsulation),
            new Key<>("fragmentation", Cost.NONE, Connection::fragmentation),
            new Key<>("allow", Cost.NONE, Connection::allowed));
    private static final List<Key<Tunnel>> TUNNEL = List.of(
            new Key<>("networks", Cost.RESTART, Tunnel::traffic),
            new Key<>("interface", Cost.RESTART, Tunnel::via),
            new Key<>("proposals", Cost.REKEY, Tunnel::proposals),
            new Key<>("flow", Cost.REKEY, Tunnel::flow),
            new Key<>("lifetime", Cost.NONE, Tunnel::lifetime),
            new Key<>("start", Cost.NONE, Tunnel::start));

    private record Key<T>(String name, Cost cost, Function<T, Object> value) {
        boolean differs(T one, T other) {
            return !value.apply(one).equals(value.apply(other));
        }

        Change change(String of) {
            return Change.of(of, name, cost);
        }
    }

    private Differences() {}

    /// What differs: what stays or goes in the old order, then what comes, then what has moved.
    public static List<Change> between(List<Connection> before, List<Connection> after) {
        List<Change> changes = new ArrayList<>();
        for (Connection old : before) {
            named(after, old.name()).ifPresentOrElse(now -> compare(old, now, changes),
                    () -> changes.add(Change.removed(old.name())));
        }
        after.stream().filter(each -> named(before, each.name()).isEmpty())
                .forEach(each -> changes.add(Change.added(each.name())));
        changes.addAll(otherLengths(before, after));
        moved(before, after).forEach(name -> changes.add(Change.of(name, "order", Cost.MOMENT)));
        return changes;
    }

    /// An interface stays while any tunnel goes through it, and with it its length.
    private static List<Change> otherLengths(List<Connection> before, List<Connection> after) {
        Map<String, Integer> now = lengths(after);
        return lengths(before).entrySet().stream()
                .filter(each -> !now.getOrDefault(each.getKey(), each.getValue()).equals(each.getValue()))
                .map(each -> new Change("daemon", "interface %s mtu".formatted(each.getKey()), Change.Kind.CHANGED,
                        Cost.PROCESS, "an interface keeps its MTU as long as the daemon has it"))
                .toList();
    }

    private static Map<String, Integer> lengths(List<Connection> all) {
        Map<String, Integer> lengths = new TreeMap<>();
        all.stream().flatMap(each -> each.tunnels().stream()).flatMap(each -> each.via().stream())
                .forEach(each -> lengths.put(each.name(), each.mtu()));
        return lengths;
    }

    private static Optional<Connection> named(List<Connection> all, String name) {
        return all.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private static Optional<Tunnel> tunnel(Connection of, String name) {
        return of.tunnels().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private static void compare(Connection old, Connection now, List<Change> changes) {
        Stream.concat(CONNECTION.stream(), PHASE_ONE.stream()).filter(key -> key.differs(old, now))
                .map(key -> key.change(old.name()))
                .forEach(changes::add);
        for (Tunnel was : old.tunnels()) {
            String name = old.name() + "/" + was.name();
            tunnel(now, was.name()).ifPresentOrElse(is -> {
                TUNNEL.stream().filter(key -> key.differs(was, is)).map(key -> key.change(name)).forEach(changes::add);
                if (old.acquires(was) != now.acquires(is)) {
                    changes.add(new Change(name, "acquire", Change.Kind.CHANGED, Cost.MOMENT,
                            "start and dpd.action say whether packets bring it up"));
                }
            }, () -> changes.add(Change.removed(name)));
        }
        now.tunnels().stream().filter(each -> tunnel(old, each.name()).isEmpty())
                .forEach(each -> changes.add(Change.added(old.name() + "/" + each.name())));
    }

    /// Whether a connection cannot go on as `now`: it has to end and begin again.
    public static boolean restarts(Connection old, Connection now) {
        return CONNECTION.stream().anyMatch(key -> key.cost() == Cost.RESTART && key.differs(old, now));
    }

    /// Whether phase 1 would be negotiated the same way, with the same credentials.
    public static boolean samePhaseOne(Connection old, Connection now) {
        return PHASE_ONE.stream().noneMatch(key -> key.differs(old, now));
    }

    /// Whether a tunnel cannot go on as `now`.
    static boolean restarts(Tunnel old, Tunnel now) {
        return TUNNEL.stream().anyMatch(key -> key.cost() == Cost.RESTART && key.differs(old, now));
    }

    /// What of `now` goes on from `old`, in the order of `now`.
    static boolean goesOn(Connection old, Connection now, String tunnel) {
        return !restarts(old, now)
                && tunnel(old, tunnel).flatMap(was -> tunnel(now, tunnel).filter(is -> !restarts(was, is))).isPresent();
    }

    /// The tunnels that go on, but behind one that was behind them: where networks overlap, the first takes the packets.
    private static List<String> moved(List<Connection> before, List<Connection> after) {
        Map<String, Integer> places = new HashMap<>();
        names(before, after).forEach(name -> places.put(name, places.size()));
        List<String> moved = new ArrayList<>();
        int last = -1;
        for (String name : names(after, before).toList()) {
            int place = places.get(name);
            if (place < last) {
                moved.add(name);
            }
            last = Math.max(last, place);
        }
        return moved;
    }

    private static Stream<String> names(List<Connection> of, List<Connection> others) {
        return of.stream().flatMap(each -> named(others, each.name()).stream().flatMap(other -> each.tunnels().stream()
                .map(Tunnel::name).filter(tunnel -> goesOn(each, other, tunnel))
                .map(tunnel -> each.name() + "/" + tunnel)));
    }
}
