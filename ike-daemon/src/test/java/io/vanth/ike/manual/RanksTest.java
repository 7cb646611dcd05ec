package io.vanth.ike.manual;

import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class RanksTest {
    private static final int POLICIES = 60;
    private static final String ALL = "0.0.0.0/0";

    private static ManualPolicy policy(int number, String local, String remote, boolean clear) {
        return new ManualPolicy("p" + number, 1000,
                new TrafficPair(TrafficSelector.parse(local), TrafficSelector.parse(remote)),
                clear ? new ManualPolicy.Bypass() : new ManualPolicy.Discard());
    }

    private static boolean share(TrafficSelector one, TrafficSelector other) {
        return one.addresses().contains(other.addresses().first())
                || other.addresses().contains(one.addresses().first());
    }

    /// One more than the greatest of those before it that share packets with it and do something else with them.
    private static Map<String, Integer> expected(List<ManualPolicy> policies) {
        Map<String, Integer> ranks = new HashMap<>();
        for (ManualPolicy here : policies) {
            ranks.put(here.name(), policies.subList(0, policies.indexOf(here)).stream()
                    .filter(each -> !each.action().equals(here.action())
                            && share(each.traffic().local(), here.traffic().local())
                            && share(each.traffic().remote(), here.traffic().remote()))
                    .mapToInt(each -> ranks.get(each.name()) + 1).max().orElse(0));
        }
        return ranks;
    }

    private static void assertRanks(List<ManualPolicy> policies) {
        Ranks ranks = new Ranks(policies);
        Map<String, Integer> found = new HashMap<>();
        policies.forEach(each -> found.put(each.name(), ranks.of(each)));
        assertEquals(expected(policies), found, policies::toString);
    }

    /// By turns the remote networks, or the local ones, are those that differ.
    @RepeatedTest(40)
    void aPolicyComesBehindThoseThatItMeets(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<ManualPolicy> policies = new ArrayList<>();
        for (int number = 0; number < POLICIES; number++) {
            String network = "10.0.%d.0/%d".formatted(random.nextInt(8), 20 + random.nextInt(5))
                    .replaceFirst("10.0.\\d+.0/(20|21)", "10.0.0.0/$1").replaceFirst("10.0.\\d+.0/22", "10.0.4.0/22")
                    .replaceFirst("10.0.\\d+.0/23", "10.0.6.0/23");
            boolean services = repetition.getCurrentRepetition() % 2 == 0;
            policies.add(policy(number, services ? network : ALL, services ? ALL : network, random.nextBoolean()));
        }
        assertRanks(policies);
    }

    @Test
    void whatTreatsPacketsAlikeNeedsNotBeToldApart() {
        assertRanks(List.of(policy(0, ALL, ALL, true), policy(1, ALL, ALL, true), policy(2, "10.0.0.0/8", ALL, true)));
    }
}
