package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.Lifetime;
import java.time.Instant;

/// Says when an SA has come to its limits, each limit once. Bytes and packets are charged by the agent that uses the SA,
/// time is looked at by the control thread.
///
/// RFC 4303 section 3.3.3: "the sender MUST NOT send a packet on an SA if doing so would cause the sequence number to
/// cycle." So there is always a hard limit of packets.
public final class LifetimeMeter {
    /// What a charge or a look at the clock found.
    public enum Limit {
        /// No limit was reached that had not been reached before.
        NONE,
        /// The soft one, for the first time.
        SOFT,
        /// The hard one; the SA must not be used again.
        HARD
    }

    /// The last sequence number.
    static final long LAST_SEQUENCE = 0xFFFF_FFFFL;
    /// Where a new SA is asked for when nothing else did: a sixteenth of all sequence numbers is left.
    static final long SEQUENCE_MARGIN = LAST_SEQUENCE - (LAST_SEQUENCE >>> 4);

    private final long softBytes;
    private final long hardBytes;
    private final long softPackets;
    private final long hardPackets;
    private final Instant softTime;
    private final Instant hardTime;
    private boolean softCharged;
    private boolean softTimed;

    /// A meter that starts at `start`.
    public LifetimeMeter(Lifetime soft, Lifetime hard, Instant start) {
        softBytes = soft.bytes().orElse(Long.MAX_VALUE);
        hardBytes = hard.bytes().orElse(Long.MAX_VALUE);
        softPackets = Math.min(soft.packets().orElse(Long.MAX_VALUE), SEQUENCE_MARGIN);
        hardPackets = Math.min(hard.packets().orElse(Long.MAX_VALUE), LAST_SEQUENCE);
        softTime = soft.time().map(start::plus).orElse(Instant.MAX);
        hardTime = hard.time().map(start::plus).orElse(Instant.MAX);
    }

    /// To be called after each packet with what the SA has carried in all.
    public Limit charge(long packets, long bytes) {
        if (packets >= hardPackets || bytes >= hardBytes) {
            return Limit.HARD;
        }
        if (!softCharged && (packets >= softPackets || bytes >= softBytes)) {
            softCharged = true;
            return Limit.SOFT;
        }
        return Limit.NONE;
    }

    /// To be called now and then.
    public Limit at(Instant now) {
        if (!now.isBefore(hardTime)) {
            return Limit.HARD;
        }
        if (!softTimed && !now.isBefore(softTime)) {
            softTimed = true;
            return Limit.SOFT;
        }
        return Limit.NONE;
    }
}
