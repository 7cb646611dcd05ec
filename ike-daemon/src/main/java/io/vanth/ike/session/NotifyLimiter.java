package io.vanth.ike.session;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Strangers get at most one unauthenticated notify a second and source, so that nobody uses us against others.
final class NotifyLimiter {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MAX_SOURCES = 1024;

    private final Map<InetAddress, Instant> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Instant> eldest) {
            return size() > MAX_SOURCES;
        }
    };

    /// Whether a notify may go to `source` now; if so, it is counted.
    boolean allows(InetAddress source, Instant now) {
        Instant before = last.get(source);
        if (before != null && now.isBefore(before.plus(PAUSE))) {
            return false;
        }
        last.put(source, now);
        return true;
    }
}
