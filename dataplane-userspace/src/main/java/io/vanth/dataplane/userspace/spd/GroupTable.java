package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import java.util.ArrayList;
import java.util.List;

/// What the first protecting rule of each group requires, with all rules of a group behind it. Never changed: a change
/// costs as much as its group is large at most, so that an agent finds the answer ready however many rules there are.
final class GroupTable {
    static final GroupTable EMPTY = new GroupTable(Places.of(new Entry[16]), 0);
    private static final int SPREAD = 0x9E37_79B9;

    private final Places<Entry> places;
    private final int size;

    /// A group in its place.
    private record Entry(SaGroup group, Member members, Entry next) {}

    /// A rule of a group.
    ///
    /// @param lowest of the ranks from here on
    /// @param first  what the rule of the lowest rank requires
    private record Member(PolicyRule rule, long rank, long lowest, LayerRule first, Member next) {
        static Member before(Member next, PolicyRule rule, long rank) {
            return next == null || rank < next.lowest
                    ? new Member(rule, rank, rank, rule.layers(), next)
                    : new Member(rule, rank, next.lowest, next.first, next);
        }

        /// Without that rule; null when it was the only one.
        Member without(PolicyRule gone) {
            Member left = null;
            for (Member each = this; each != null; each = each.next) {
                left = each.rule == gone ? left : before(left, each.rule, each.rank);
            }
            return left;
        }
    }

    private GroupTable(Places<Entry> places, int size) {
        this.places = places;
        this.size = size;
    }

    /// What the first rule of a group requires, or null.
    LayerRule first(SaGroup group) {
        Member members = members(group);
        return members == null ? null : members.first;
    }

    private Member members(SaGroup group) {
        for (Entry entry = places.get(place(group, places.size())); entry != null; entry = entry.next) {
            if (entry.group.equals(group)) {
                return entry.members;
            }
        }
        return null;
    }

    /// With one more rule, if it protects.
    GroupTable with(PolicyRule rule, long rank) {
        return rule.policy().action() instanceof Policy.Protect(var group, _, _)
                ? with(group, Member.before(members(group), rule, rank))
                : this;
    }

    /// Without a rule that is here if it protects.
    GroupTable without(PolicyRule rule) {
        return rule.policy().action() instanceof Policy.Protect(var group, _, _)
                ? with(group, members(group).without(rule))
                : this;
    }

    /// With other members of a group; none where they are null.
    private GroupTable with(SaGroup group, Member members) {
        Places<Entry> room = 2 * size < places.size() ? places : grown();
        int place = place(group, room.size());
        Entry rest = null;
        int others = 0;
        for (Entry entry = room.get(place); entry != null; entry = entry.next) {
            if (entry.group.equals(group)) {
                others--;
            } else {
                rest = new Entry(entry.group, entry.members, rest);
            }
        }
        Entry now = members == null ? rest : new Entry(group, members, rest);
        return new GroupTable(room.with(place, now), size + others + (members == null ? 0 : 1));
    }

    private Places<Entry> grown() {
        Entry[] larger = new Entry[2 * places.size()];
        for (Entry entry : entries()) {
            int place = place(entry.group, larger.length);
            larger[place] = new Entry(entry.group, entry.members, larger[place]);
        }
        return Places.of(larger);
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

    private static int place(SaGroup group, int places) {
        return group.hashCode() * SPREAD >>> Integer.numberOfLeadingZeros(places) + 1;
    }
}
