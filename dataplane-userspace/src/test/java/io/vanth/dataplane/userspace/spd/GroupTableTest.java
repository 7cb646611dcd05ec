package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

/// Which rule speaks for its group.
final class GroupTableTest {
    private static final int STEPS = 2_000;
    private static final int GROUPS = 300;
    private static final TrafficPair TRAFFIC = new TrafficPair(TrafficSelector.parse("10.1.0.0/16"),
            TrafficSelector.parse("10.2.0.0/16"));

    /// Rules come and go, in groups that have many, one or none.
    @RepeatedTest(10)
    void theRuleOfTheLowestRankSpeaks(RepetitionInfo seed) {
        var random = new Random(seed.getCurrentRepetition());
        GroupTable table = GroupTable.EMPTY;
        Map<SaGroup, TreeMap<Long, PolicyRule>> expected = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            var group = new SaGroup(1 + random.nextInt(1 + random.nextInt(GROUPS)));
            TreeMap<Long, PolicyRule> members = expected.computeIfAbsent(group, _ -> new TreeMap<>());
            if (members.isEmpty() || random.nextInt(3) > 0) {
                long rank = (long) random.nextInt(-5, 5) << Integer.SIZE | step;
                PolicyRule rule = rule("p" + step, Policy.Protect.espTunnel(group, true));
                members.put(rank, rule);
                table = table.with(rule, rank);
            } else {
                Long rank = members.keySet().stream().skip(random.nextInt(members.size())).findFirst().orElseThrow();
                table = table.without(members.remove(rank));
            }
            assertFirst(table, group, members);
        }
        for (Map.Entry<SaGroup, TreeMap<Long, PolicyRule>> each : expected.entrySet()) {
            assertFirst(table, each.getKey(), each.getValue());
        }
    }

    private static void assertFirst(GroupTable table, SaGroup group, NavigableMap<Long, PolicyRule> members) {
        if (members.isEmpty()) {
            assertNull(table.first(group));
        } else {
            assertSame(members.firstEntry().getValue().layers(), table.first(group));
        }
    }

    @Test
    void othersHaveNoGroup() {
        PolicyRule clear = rule("clear", new Policy.Bypass());
        assertSame(GroupTable.EMPTY, GroupTable.EMPTY.with(clear, 1));
        assertSame(GroupTable.EMPTY, GroupTable.EMPTY.without(clear));
    }

    private static PolicyRule rule(String name, Policy.Action action) {
        return new PolicyRule(new Policy(name, 1, TRAFFIC, action), Optional.empty());
    }
}
