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

    private final Map<InetAddress, Instant> last = new LinkedHashMap<>();

    /// Whether a notify may go to `source` now; if so, it is counted.
    boolean allows(InetAddress source, Instant now) {
        var oldestFirst = last.values().iterator();
        while (oldestFirst.hasNext() && !now.isBefore(oldestFirst.next().plus(PAUSE))) {
            oldestFirst.remove();
        }
        if (last.size() >= MAX_SOURCES) {
            // To forget one that was told within the last second would let it be told again.
            return false;
        }
        return last.putIfAbsent(source, now) == null;
    }
}
