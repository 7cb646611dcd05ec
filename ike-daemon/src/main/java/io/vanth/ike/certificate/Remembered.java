package io.vanth.ike.certificate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What was fetched, each until its own end; the oldest gives way when there is no room. Threads may share it.
final class Remembered<K, V> {
    private record Entry<V>(V value, Instant until) {}

    private final int most;
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>();

    Remembered(int most) {
        this.most = most;
    }

    synchronized Optional<V> get(K key, Instant now) {
        Entry<V> entry = entries.get(key);
        if (entry != null && entry.until().isBefore(now)) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(entry).map(Entry::value);
    }

    synchronized void put(K key, V value, Instant until) {
        entries.remove(key);
        entries.put(key, new Entry<>(value, until));
        if (entries.size() > most) {
            entries.remove(entries.keySet().iterator().next());
        }
    }
}
