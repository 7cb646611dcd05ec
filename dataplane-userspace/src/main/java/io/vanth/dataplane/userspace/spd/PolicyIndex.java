package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.userspace.selector.SelectorShape;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds the first rule for a packet at a cost that does not grow with the rules: a hash table for each shape of
/// selectors, of which there are few ("all /24 behind a /16"). Each rule stands once, in the table of its shape. Where
/// selectors are of very many shapes, later ones are rounded to whole bytes. Never changed: a change copies one table.
final class PolicyIndex {
    static final PolicyIndex EMPTY = new PolicyIndex(List.of());
    private static final int EXACT_SHAPES = 16;
    private static final int ROUNDED = 8;

    /// The one with the lowest rank first.
    private final RuleTable[] tables;

    private PolicyIndex(List<RuleTable> tables) {
        this.tables = tables.stream().sorted(Comparator.comparingLong(RuleTable::lowest)).toArray(RuleTable[]::new);
    }

    /// With one more rule.
    ///
    /// @param rank its place among all: the rule of the lowest rank decides
    PolicyIndex with(PolicyRule rule, long rank) {
        SelectorShape exact = rule.matcher().shape(1);
        boolean rounded = tables.length >= EXACT_SHAPES && find(exact).isEmpty();
        SelectorShape shape = rounded ? rule.matcher().shape(ROUNDED) : exact;
        RuleTable table = find(shape).orElseGet(() -> new RuleTable(shape));
        List<RuleTable> changed = new ArrayList<>(List.of(tables));
        changed.remove(table);
        changed.add(table.with(rule, rank));
        return new PolicyIndex(changed);
    }

    private Optional<RuleTable> find(SelectorShape shape) {
        return Arrays.stream(tables).filter(table -> table.shape().equals(shape)).findFirst();
    }

    /// Without that rule.
    PolicyIndex without(PolicyRule rule) {
        return new PolicyIndex(Arrays.stream(tables).map(table -> table.without(rule))
                .filter(table -> !table.isEmpty()).toList());
    }

    /// The rule that decides about a packet that leaves or comes, or null.
    PolicyRule first(PacketView packet, boolean outbound) {
        RuleTable.Entry best = null;
        for (RuleTable table : tables) {
            if (best != null && best.rank() < table.lowest()) {
                break;
            }
            best = table.better(best, packet, outbound);
        }
        return best == null ? null : best.rule();
    }
}
