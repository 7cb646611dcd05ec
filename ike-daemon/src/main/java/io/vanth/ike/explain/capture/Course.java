package io.vanth.ike.explain.capture;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The messages of one exchange, those that came again under their first.
///
/// @param name     `main mode`, `aggressive mode` or `quick mode`
/// @param starter  who began it
/// @param begun    of the starter, each with all its copies
/// @param answered of the other side, likewise
/// @param length   how many messages it has in all
record Course(String name, InetAddress starter, List<List<Sighting>> begun, List<List<Sighting>> answered,
        int length) {
    static Course of(String name, int length, InetAddress starter, List<Sighting> sightings) {
        Map<Object, List<Sighting>> begun = new LinkedHashMap<>();
        Map<Object, List<Sighting>> answered = new LinkedHashMap<>();
        sightings.forEach(each -> (each.isFrom(starter) ? begun : answered)
                .computeIfAbsent(each.content(), _ -> new ArrayList<>()).add(each));
        return new Course(name, starter, List.copyOf(begun.values()), List.copyOf(answered.values()), length);
    }

    /// The number of the message that did not come, or behind the last.
    int awaited() {
        int pairs = Math.min(begun.size(), answered.size());
        return begun.size() > answered.size() ? 2 * pairs + 2 : 2 * pairs + 1;
    }

    boolean done() {
        return awaited() > length;
    }

    /// `main mode message 6`.
    String stage() {
        return "%s message %d".formatted(name, Math.min(awaited(), length));
    }

    /// The copies of the last message in the order of the exchange.
    List<Sighting> last() {
        return awaited() % 2 == 0 || answered.isEmpty() ? begun.getLast() : answered.getLast();
    }

    /// Whether the side that began has to go on.
    boolean awaitsStarter() {
        return awaited() % 2 == 1;
    }

    /// How often a side repeated itself.
    int resent(boolean byStarter) {
        return (byStarter ? begun : answered).stream().mapToInt(each -> each.size() - 1).sum();
    }
}
