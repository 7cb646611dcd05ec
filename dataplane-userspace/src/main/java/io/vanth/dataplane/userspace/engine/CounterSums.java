package io.vanth.dataplane.userspace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The numbers of all agents together, those that have ended too. Thread-safe.
final class CounterSums {
    private final List<AgentCounters> counting = new ArrayList<>();
    private final Map<String, Long> ended = new TreeMap<>();

    /// Counters for a new agent.
    synchronized AgentCounters open() {
        AgentCounters counters = new AgentCounters();
        counting.add(counters);
        return counters;
    }

    /// Keeps the numbers of an agent that has ended, without its counters.
    synchronized void retire(AgentCounters counters) {
        if (counting.remove(counters)) {
            counters.addTo(ended);
        }
    }

    synchronized Map<String, Long> sums() {
        Map<String, Long> sums = new TreeMap<>(ended);
        counting.forEach(each -> each.addTo(sums));
        return sums;
    }

    synchronized int count() {
        return counting.size();
    }
}
