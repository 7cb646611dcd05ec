package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.selector.SelectorShape;
import io.vanth.dataplane.userspace.wire.PacketView;

/// Rules of one shape, by the hash of what their packets have in common: at most half as many as places, those of one
/// place in their order. Never changed.
final class RuleTable {
    private static final int MIN_PLACES = 16;

    private final SelectorShape shape;
    private final Places<Entry> places;
    private final int shift;
    private final int size;
    private final long lowest;

    /// A rule in its place.
    record Entry(long hash, long rank, SelectorMatcher matcher, PolicyRule rule, Entry next) {
        private Entry before(Entry behind) {
            return new Entry(hash, rank, matcher, rule, behind);
        }
    }

    RuleTable(SelectorShape shape) {
        this(shape, Places.of(new Entry[MIN_PLACES]), 0, Long.MAX_VALUE);
    }

    private RuleTable(SelectorShape shape, Places<Entry> places, int size, long lowest) {
        this.shape = shape;
        this.places = places;
        this.shift = shift(places.size());
        this.size = size;
        this.lowest = lowest;
    }

    SelectorShape shape() {
        return shape;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// No rule here has a lower rank.
    long lowest() {
        return lowest;
    }

    RuleTable with(PolicyRule rule, long rank) {
        Places<Entry> room = 2 * size < places.size() ? places : grown();
        Entry entry = new Entry(rule.matcher().hash(shape), rank, rule.matcher(), rule, null);
        int place = (int) (entry.hash >>> shift(room.size()));
        return new RuleTable(shape, room.with(place, inserted(room.get(place), entry)), size + 1,
                Math.min(lowest, rank));
    }

    private Places<Entry> grown() {
        Entry[] larger = new Entry[2 * places.size()];
        int smaller = shift(larger.length);
        places.forEach(first -> {
            for (Entry entry = first; entry != null; entry = entry.next) {
                int place = (int) (entry.hash >>> smaller);
                larger[place] = inserted(larger[place], entry);
            }
        });
        return Places.of(larger);
    }

    private static int shift(int places) {
        return Long.numberOfLeadingZeros(places) + 1;
    }

    private static Entry inserted(Entry first, Entry entry) {
        return first == null || entry.rank < first.rank
                ? entry.before(first)
                : first.before(inserted(first.next, entry));
    }

    /// This one when the rule is not here.
    @SuppressWarnings("ReferenceEquality") // a rule is itself alone
    RuleTable without(PolicyRule rule) {
        int place = place(rule.matcher().hash(shape));
        Entry rest = null;
        boolean found = false;
        for (Entry entry = places.get(place); entry != null; entry = entry.next) {
            found |= entry.rule == rule;
            rest = entry.rule == rule ? rest : inserted(rest, entry);
        }
        if (!found) {
            return this;
        }
        return new RuleTable(shape, places.with(place, rest), size - 1, lowest);
    }

    /// The entry here that takes the packet and has a lower rank than `best`, which may be null; else `best`.
    Entry better(Entry best, PacketView packet, boolean outbound) {
        long hash = shape.hash(packet, outbound);
        for (Entry entry = places.get(place(hash)); entry != null; entry = entry.next) {
            if (best != null && best.rank < entry.rank) {
                return best;
            }
            if (entry.hash == hash && entry.matcher.matches(packet, outbound)) {
                return entry;
            }
        }
        return best;
    }

    private int place(long hash) {
        return (int) (hash >>> shift);
    }
}
