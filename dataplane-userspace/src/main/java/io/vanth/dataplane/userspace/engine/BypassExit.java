package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.offload.Segmenter;
import io.vanth.dataplane.userspace.packet.EndpointCache;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets packets out in clear that a bypass policy is for, though they were led into a device: as a whole, and marked, so
/// that they do not come again. For one agent.
final class BypassExit {
    private static final Logger LOG = LoggerFactory.getLogger(BypassExit.class);

    private final String device;
    private final Tables tables;
    private final Lanes lanes;
    private final byte[] segment;
    private final AgentCounters counters;
    private final Segmenter segmenter = new Segmenter();
    private final EndpointCache destinations = new EndpointCache();
    private final OnceAMinute warnings = new OnceAMinute();

    /// @param device  that they come out of
    /// @param segment room for the longest packet
    BypassExit(String device, Tables tables, Lanes lanes, byte[] segment, AgentCounters counters) {
        this.device = device;
        this.tables = tables;
        this.lanes = lanes;
        this.segment = segment;
        this.counters = counters;
    }

    /// Lets a packet of `batch` out, of which `view` is.
    void pass(PacketBatch batch, int index, PacketView view, long nowMillis) throws IOException {
        EspTransport exit = tables.exit();
        if (exit == null) {
            counters.drop(DropReason.OUTBOUND_BYPASS_ON_TUN);
            warn(nowMillis);
        } else if (batch.segmentType(index) != PacketBatch.NOT_SEGMENTED) {
            passSegments(batch, index, view, exit);
        } else {
            pass(batch.bytes(), batch.offset(index), view.length(), view, exit);
        }
    }

    private void warn(long nowMillis) {
        if (warnings.isDue(nowMillis)) {
            LOG.warn(
                    "dropped what a bypass policy lets pass and routes lead into {}: give the capability NET_RAW, or put"
                            + " the policy before those that protect its packets",
                    device);
        }
    }

    private void passSegments(PacketBatch batch, int index, PacketView view, EspTransport exit) throws IOException {
        if (!segmenter.start(batch.bytes(), batch.offset(index), view, batch.segmentSize(index))) {
            counters.drop(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        for (int length = segmenter.next(segment, 0); length > 0; length = segmenter.next(segment, 0)) {
            pass(segment, 0, length, view, exit);
        }
    }

    private void pass(byte[] bytes, int offset, int length, PacketView view, EspTransport exit) throws IOException {
        PacketBatch batch = lanes.lane(exit).batchFor(length);
        System.arraycopy(bytes, offset, batch.bytes(), batch.next(), length);
        boolean ipv4 = view.version() == IpVersion.V4;
        batch.add(length, destinations.get(bytes, offset + (ipv4
                ? Ipv4Header.DESTINATION_OFFSET
                : Ipv6Header.DESTINATION_OFFSET), ipv4 ? Ipv4Header.ADDRESS_LENGTH : Ipv6Header.ADDRESS_LENGTH, 0));
        counters.bypassed();
    }
}
