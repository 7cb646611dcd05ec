package io.vanth.ike.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Tunnel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// Traffic of tunnels, added up over their SAs so that it never falls, and the counters of the data plane.
final class TrafficMeters {
    private static final String DROPPED = "dropped_";
    private static final Tags MANUAL = Tags.of("connection", "manual", "tunnel", "manual");
    private static final Tags OTHER = Tags.of("connection", "other", "tunnel", "other");

    private final MeterRegistry registry;
    private final Map<SaGroup, Tags> names = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> totals = new ConcurrentHashMap<>();
    private Map<SaId, TrafficCounters> before = Map.of();

    TrafficMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Takes notice of tunnels, whose counters begin at 0; what others had stays, because no group is ever of another
    /// tunnel.
    void configured(List<Connection> connections) {
        for (Connection connection : connections) {
            for (Tunnel tunnel : connection.tunnels()) {
                Tags tags = Tags.of("connection", connection.name(), "tunnel", tunnel.name());
                names.put(tunnel.group(), tags);
                for (Direction direction : Direction.values()) {
                    add(tags.and("direction", word(direction)), TrafficCounters.ZERO, TrafficCounters.ZERO);
                }
            }
        }
    }

    /// Adds what SAs have carried since the last time.
    void carried(List<SaStatus> installed) {
        for (SaStatus sa : installed) {
            Tags tags = ManualTable.isManual(sa.group()) ? MANUAL : names.getOrDefault(sa.group(), OTHER);
            TrafficCounters was = before.getOrDefault(sa.id(), TrafficCounters.ZERO);
            // One that carried less than before is another one under the same SPI.
            boolean same = sa.counters().packets() >= was.packets() && sa.counters().bytes() >= was.bytes();
            add(tags.and("direction", word(sa.direction())), sa.counters(), same ? was : TrafficCounters.ZERO);
        }
        before = installed.stream().collect(Collectors.toMap(SaStatus::id, SaStatus::counters));
    }

    static String word(Direction direction) {
        return direction == Direction.INBOUND ? "inbound" : "outbound";
    }

    private void add(Tags tags, TrafficCounters now, TrafficCounters was) {
        total("vanth.tunnel.packets", "Inner packets carried", tags).addAndGet(now.packets() - was.packets());
        total("vanth.tunnel.bytes", "Bytes of inner packets carried", tags).addAndGet(now.bytes() - was.bytes());
        dropped(tags, "replay", now.replayDrops() - was.replayDrops());
        dropped(tags, "integrity", now.integrityFailures() - was.integrityFailures());
        dropped(tags, "selector", now.selectorDrops() - was.selectorDrops());
    }

    private void dropped(Tags tags, String reason, long more) {
        total("vanth.tunnel.dropped.packets", "Packets of the tunnel that were dropped", tags.and("reason", reason))
                .addAndGet(Math.max(0, more));
    }

    /// Takes the counters of the data plane: `dropped_inbound_replay` becomes a label of one meter, others a meter of
    /// their own.
    void counters(Map<String, Long> counters) {
        counters.forEach(this::set);
    }

    private void set(String counter, long value) {
        if (counter.startsWith(DROPPED)) {
            String[] words = counter.substring(DROPPED.length()).split("_", 2);
            boolean directed = words.length == 2 && (words[0].equals("inbound") || words[0].equals("outbound"));
            Tags tags = directed
                    ? Tags.of("direction", words[0], "reason", words[1])
                    : Tags.of("direction", "none", "reason", counter.substring(DROPPED.length()));
            total("vanth.dataplane.dropped.packets", "Packets that the data plane dropped", tags).set(value);
        } else {
            total("vanth.dataplane." + counter.replace('_', '.').toLowerCase(Locale.ROOT),
                    "Counter of the data plane", Tags.empty()).set(value);
        }
    }

    private AtomicLong total(String name, String description, Tags tags) {
        return totals.computeIfAbsent(name + tags, _ -> {
            AtomicLong total = new AtomicLong();
            FunctionCounter.builder(name, total, AtomicLong::get).description(description).tags(tags)
                    .register(registry);
            return total;
        });
    }
}
