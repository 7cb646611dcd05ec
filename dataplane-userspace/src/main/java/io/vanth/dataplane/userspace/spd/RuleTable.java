package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.selector.SelectorMatcher;
import io.vanth.dataplane.userspace.selector.SelectorShape;
import io.vanth.dataplane.userspace.wire.PacketView;

/// Rules of one shape, by the hash of what their packets have in common: at most half as many as places, those of one
/// place in their order. Never changed.
final class RuleTable {
    private static final int MIN_PLACES = 16;

    private final SelectorShape shape;
    private final Entry[] places;
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
        this(shape, new Entry[MIN_PLACES], 0, Long.MAX_VALUE);
    }

    private RuleTable(SelectorShape shape, Entry[] places, int size, long lowest) {
        this.shape = shape;
        this.places = places;
        this.shift = Long.numberOfLeadingZeros(places.length) + 1;
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
        RuleTable room = new RuleTable(shape, 2 * size < places.length ? places.clone() : grown(), size + 1,
                Math.min(lowest, rank));
        room.insert(new Entry(rule.matcher().hash(shape), rank, rule.matcher(), rule, null));
        return room;
    }

    private Entry[] grown() {
        RuleTable larger = new RuleTable(shape, new Entry[2 * places.length], size, lowest);
        for (Entry first : places) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                larger.insert(entry);
            }
        }
        return larger.places;
    }

    /// Only while the table is being made.
    private void insert(Entry entry) {
        int place = place(entry.hash);
        places[place] = inserted(places[place], entry);
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
        for (Entry entry = places[place]; entry != null; entry = entry.next) {
            found |= entry.rule == rule;
            rest = entry.rule == rule ? rest : inserted(rest, entry);
        }
        if (!found) {
            return this;
        }
        Entry[] copy = places.clone();
        copy[place] = rest;
        return new RuleTable(shape, copy, size - 1, lowest);
    }

    /// The entry here that takes the packet and has a lower rank than `best`, which may be null; else `best`.
    Entry better(Entry best, PacketView packet, boolean outbound) {
        long hash = shape.hash(packet, outbound);
        for (Entry entry = places[place(hash)]; entry != null; entry = entry.next) {
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
