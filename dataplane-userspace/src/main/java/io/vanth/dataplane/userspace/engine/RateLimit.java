package io.vanth.dataplane.userspace.engine;

/// Lets something happen so many times in a second, also after the clock was set back. For one thread.
final class RateLimit {
    private static final long SECOND_MILLIS = 1000;

    private final int perSecond;
    private long started = Long.MIN_VALUE;
    private int used;

    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean allows(long nowMillis) {
        if (started == Long.MIN_VALUE || nowMillis - started >= SECOND_MILLIS || nowMillis < started) {
            started = nowMillis;
            used = 0;
        }
        return used++ < perSecond;
    }
}
