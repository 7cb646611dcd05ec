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

    /// The last sequence number of 32 bits.
    static final long LAST_SEQUENCE = 0xFFFF_FFFFL;
    /// The last sequence number of 64 bits that is ever used; also where there are no numbers, as in IPComp.
    static final long LAST_EXTENDED_SEQUENCE = Long.MAX_VALUE;
    /// A new SA is asked for when nothing else did and a sixteenth of all sequence numbers is left.
    private static final int MARGIN_SHIFT = 4;

    private final long lastSequence;
    private final long softBytes;
    private final long hardBytes;
    private final long softPackets;
    private final long hardPackets;
    private final Instant softTime;
    private final Instant hardTime;
    private boolean softCharged;
    private boolean softTimed;

    /// A meter that starts at `start`.
    ///
    /// @param lastSequence the last sequence number that there is
    LifetimeMeter(Lifetime soft, Lifetime hard, Instant start, long lastSequence) {
        this.lastSequence = lastSequence;
        softBytes = soft.bytes().orElse(Long.MAX_VALUE);
        hardBytes = hard.bytes().orElse(Long.MAX_VALUE);
        softPackets = Math.min(soft.packets().orElse(Long.MAX_VALUE),
                lastSequence - (lastSequence >>> MARGIN_SHIFT));
        hardPackets = Math.min(hard.packets().orElse(Long.MAX_VALUE), lastSequence);
        softTime = soft.time().map(start::plus).orElse(Instant.MAX);
        hardTime = hard.time().map(start::plus).orElse(Instant.MAX);
    }

    /// The last sequence number that there is.
    long lastSequence() {
        return lastSequence;
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
