package io.vanth.dataplane.userspace.engine;

/// Says when something that happens with every packet is worth a word again, also after the clock was set back. For one
/// thread.
final class OnceAMinute {
    private static final long PAUSE_MILLIS = 60_000;

    private boolean used;
    private long last;

    boolean isDue(long nowMillis) {
        boolean due = !used || nowMillis - last >= PAUSE_MILLIS || nowMillis < last;
        if (due) {
            used = true;
            last = nowMillis;
        }
        return due;
    }
}
