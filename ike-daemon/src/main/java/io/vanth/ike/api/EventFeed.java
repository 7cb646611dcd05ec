package io.vanth.ike.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vanth.ike.exchange.Report;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The last things that happened, numbered. Whoever listens has a place in it and reads on from there; nobody holds a
/// queue, so a slow listener costs nothing and falls behind. For all threads.
public final class EventFeed {
    private static final int REMEMBERED = 2048;
    /// So that what is remembered has an end.
    private static final int LONGEST_TEXT = 4096;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final InstantSource clock;
    /// Tells the events of this process from those of one before it.
    private final String run;
    /// By number, over and over.
    private final Entry[] ring;
    private final Set<Runnable> listeners = new LinkedHashSet<>();
    private final ReportEvents reports;
    private final DropWatch drops = new DropWatch();
    private long last;

    /// What happened.
    ///
    /// @param number counts from 1
    /// @param id     what a listener says to go on behind it
    /// @param data   JSON
    record Entry(long number, String id, String type, String data) {}

    /// A feed that remembers 2048 events.
    public EventFeed(InstantSource clock) {
        this(clock, REMEMBERED);
    }

    EventFeed(InstantSource clock, int most) {
        this.clock = clock;
        this.ring = new Entry[most];
        this.run = Long.toString(clock.millis(), Character.MAX_RADIX);
        this.reports = new ReportEvents(clock);
    }

    /// Takes what listeners should know of a report; returns at once.
    public synchronized void accept(Report report) {
        reports.of(report).ifPresent(event -> publish(event.type(), event.data()));
    }

    /// Tells of a reload, and hands `outcome` on.
    public Reload.Outcome reloaded(Reload.Outcome outcome) {
        if (!outcome.refused().isEmpty()) {
            publish("config_refused", NODES.objectNode().put("text", outcome.refused()));
        } else if (!outcome.changes().isEmpty()) {
            publish("config_changed", NODES.objectNode().put("text", outcome.changes().stream()
                    .map(each -> each.what() + " " + each.kind().text()).collect(Collectors.joining(", "))));
        }
        return outcome;
    }

    /// Tells of a change that no file tells.
    void changed(String what, String how) {
        publish("config_changed", NODES.objectNode().put("text", what + " " + how));
    }

    /// Tells which counters of dropped packets have grown since the call before.
    public synchronized void counters(Map<String, Long> counters) {
        Map<String, Long> more = drops.growth(counters);
        if (!more.isEmpty()) {
            ObjectNode data = NODES.objectNode();
            ObjectNode packets = data.putObject("packets");
            more.forEach(packets::put);
            publish("packets_dropped", data);
        }
    }

    private synchronized void publish(String type, ObjectNode data) {
        last++;
        String id = run + "-" + last;
        ObjectNode all = NODES.objectNode().put("id", id).put("type", type).put("at", clock.instant().toString());
        all.setAll(data);
        if (all.path("text").asText().length() > LONGEST_TEXT) {
            all.put("text", all.path("text").asText().substring(0, LONGEST_TEXT) + "...");
        }
        ring[index(last)] = new Entry(last, id, type, all.toString());
        listeners.forEach(Runnable::run);
    }

    /// Calls `listener`, which returns at once, for each event from now on.
    synchronized void listen(Runnable listener) {
        listeners.add(listener);
    }

    synchronized void leave(Runnable listener) {
        listeners.remove(listener);
    }

    /// The number of the newest event, 0 if there is none.
    synchronized long last() {
        return last;
    }

    /// The number of the event that `id` names; empty when what came behind it is not remembered any more, or it is of
    /// another process.
    synchronized Optional<Long> place(String id) {
        if (!id.matches(run + "-\\d{1,18}")) {
            return Optional.empty();
        }
        long number = Long.parseLong(id.substring(run.length() + 1));
        return number <= last && number >= oldest() - 1 ? Optional.of(number) : Optional.empty();
    }

    /// The number of the oldest event that is remembered, or of the first that will be.
    synchronized long oldest() {
        return Math.max(1, last - ring.length + 1);
    }

    /// The event behind `number`; empty when there is none yet.
    synchronized Optional<Entry> after(long number) {
        return number >= last
                ? Optional.empty()
                : Optional.of(ring[index(Math.max(number + 1, oldest()))]);
    }

    private int index(long number) {
        return (int) (number % ring.length);
    }
}
