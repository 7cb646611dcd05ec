package io.vanth.dataplane.userspace.spd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All rules by their names, of which each stands once: at most half as many as places. Never changed.
final class NameTable {
    static final NameTable EMPTY = new NameTable(Places.of(new Entry[16]), 0);
    private static final int SPREAD = 0x9E37_79B9;

    private final Places<Entry> places;
    private final int size;

    /// A rule in its place.
    private record Entry(PolicyRule rule, long rank, Entry next) {
        private String name() {
            return rule.policy().name();
        }
    }

    private NameTable(Places<Entry> places, int size) {
        this.places = places;
        this.size = size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// The rule of that name, or null.
    PolicyRule find(String name) {
        for (Entry entry = places.get(place(name, places.size())); entry != null; entry = entry.next) {
            if (entry.name().equals(name)) {
                return entry.rule;
            }
        }
        return null;
    }

    /// With one more rule, whose name is not here.
    NameTable with(PolicyRule rule, long rank) {
        Places<Entry> room = 2 * size < places.size() ? places : grown();
        int place = place(rule.policy().name(), room.size());
        return new NameTable(room.with(place, new Entry(rule, rank, room.get(place))), size + 1);
    }

    private Places<Entry> grown() {
        Entry[] larger = new Entry[2 * places.size()];
        for (Entry entry : entries()) {
            int place = place(entry.name(), larger.length);
            larger[place] = new Entry(entry.rule, entry.rank, larger[place]);
        }
        return Places.of(larger);
    }

    /// Without the rule of that name, which is here.
    NameTable without(String name) {
        int place = place(name, places.size());
        Entry rest = null;
        for (Entry entry = places.get(place); entry != null; entry = entry.next) {
            rest = entry.name().equals(name) ? rest : new Entry(entry.rule, entry.rank, rest);
        }
        return new NameTable(places.with(place, rest), size - 1);
    }

    /// All rules, the lowest rank first.
    List<PolicyRule> ordered() {
        List<Entry> entries = entries();
        entries.sort(Comparator.comparingLong(Entry::rank));
        return entries.stream().map(Entry::rule).toList();
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(size);
        places.forEach(first -> {
            for (Entry entry = first; entry != null; entry = entry.next) {
                entries.add(entry);
            }
        });
        return entries;
    }

    private static int place(String name, int places) {
        return name.hashCode() * SPREAD >>> Integer.numberOfLeadingZeros(places) + 1;
    }
}
