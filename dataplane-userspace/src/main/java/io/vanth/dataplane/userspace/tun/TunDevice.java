package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.io.IOException;

/// Where inner packets come from and go to.
///
/// One thread reads and waits. Any thread may write, each with a batch of its own, and any thread may wake the reader.
/// Close it after the threads that use it have ended.
public interface TunDevice extends AutoCloseable {
    /// The headroom that each packet of a batch has, for the header of a device that has one (VIRTIO: 10 bytes).
    int HEADROOM = 16;
    /// The largest packet that a device hands up or takes, a super-packet included.
    int MAX_PACKET = 65_535;

    /// The interface's name, which the system may have chosen.
    String name();

    /// The largest packet, in bytes, that is not a super-packet.
    int mtu();

    /// Whether [#write(PacketBatch)] takes super-packets of UDP, as it always takes those of TCP.
    boolean takesUdpSegments();

    /// Appends packets that have come, as many as are there and fit: `batch` must have room for [#MAX_PACKET] bytes
    /// before each one. Never blocks. Super-packets and unfinished checksums are marked in the batch.
    ///
    /// @return how many packets were added; 0 when none is there
    /// @throws IOException when the device is dead
    int read(PacketBatch batch) throws IOException;

    /// Waits until [#read(PacketBatch)] has something or [#wakeup()] was called, at most `timeoutNanos` (negative: no
    /// limit). A wake-up that came while nobody waited ends the next wait at once. May return early without a reason.
    void awaitReadable(long timeoutNanos) throws IOException;

    /// Ends a present or the next [#awaitReadable(long)].
    void wakeup();

    /// Writes all packets of `batch`, which has [#HEADROOM] bytes before each packet that the device may overwrite.
    /// Super-packets and unfinished checksums are as marked. Never blocks.
    ///
    /// @return how many packets were taken; the others are lost
    /// @throws IOException when the device is dead
    int write(PacketBatch batch) throws IOException;

    /// Gives the device back: it goes, unless it was made to stay.
    @Override
    void close();

    /// Gives a device back that goes in any case.
    default void remove() {
        close();
    }

    /// Gives a device back as it was found: it goes if it was made new, and stays if it had stayed before.
    default void abandon() {
        remove();
    }
}
