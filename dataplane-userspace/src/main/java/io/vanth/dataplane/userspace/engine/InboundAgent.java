package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.offload.TcpCoalescer;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.LifetimeMeter;
import io.vanth.dataplane.userspace.spd.FlowCache;
import io.vanth.dataplane.userspace.spd.PolicyDatabase;
import io.vanth.dataplane.userspace.spd.PolicyRule;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;

/// The way in, for one socket: IKE and keepalives aside → SA → replay check → open → window → inner packet → selectors →
/// joined with its neighbours → TUN. Integrity comes before anything that a packet could change (RFC 4303 section
/// 3.4.3).
final class InboundAgent extends Agent {
    private static final int INPUT_PACKETS = 512;
    private static final int INPUT_BYTES = 320 * 1024;
    private static final int OUTPUT_PACKETS = 256;
    private static final int OUTPUT_BYTES = 512 * 1024;
    private static final int UNKNOWN_SPIS_PER_SECOND = 10;
    private static final long NO_LIMIT = -1;

    private final EspTransport transport;
    private final TunDevice tun;
    private final Tables tables;
    private final ControlProxy control;
    private final InstantSource clock;
    private final AgentCounters counters;
    private final PacketBatch input = new PacketBatch(INPUT_PACKETS, INPUT_BYTES, 0, 0);
    private final PacketBatch output = new PacketBatch(OUTPUT_PACKETS, OUTPUT_BYTES, TunDevice.HEADROOM, 0);
    private final TcpCoalescer coalescer = new TcpCoalescer(output);
    private final PacketView view = new PacketView();
    private final FlowCache flows = new FlowCache(false);
    private final RateLimit unknownSpis = new RateLimit(UNKNOWN_SPIS_PER_SECOND);
    private PolicyDatabase policies = PolicyDatabase.EMPTY;
    private long now;

    InboundAgent(EspTransport transport, TunDevice tun, Tables tables, ControlProxy control, InstantSource clock,
            AgentCounters counters) {
        super("vanth-inbound-" + transport.local().getPort(), control);
        this.transport = transport;
        this.tun = tun;
        this.tables = tables;
        this.control = control;
        this.clock = clock;
        this.counters = counters;
    }

    EspTransport transport() {
        return transport;
    }

    @Override
    boolean work() throws IOException {
        input.clear();
        if (transport.receive(input) == 0) {
            return false;
        }
        now = clock.millis();
        policies = tables.policies();
        for (int index = 0; index < input.count(); index++) {
            try {
                sort(input.offset(index), input.length(index), input.peer(index));
            } catch (GeneralSecurityException refused) {
                counters.drop(DropReason.INBOUND_BAD_INTEGRITY);
                logPacketError(now, refused);
            } catch (RuntimeException defect) {
                counters.drop(DropReason.INTERNAL_ERROR);
                logPacketError(now, defect);
            }
        }
        flush();
        return true;
    }

    @Override
    void await() throws IOException {
        transport.awaitReadable(NO_LIMIT);
    }

    @Override
    void wakeup() {
        transport.wakeup();
    }

    @Override
    void end() {
        output.clear();
    }

    /// RFC 3948 section 2: one byte 0xFF is a keepalive, four zero bytes lead IKE in, all else is ESP.
    private void sort(int offset, int length, Endpoint sender) throws IOException, GeneralSecurityException {
        byte[] bytes = input.bytes();
        if (length == 1 && bytes[offset] == EspHeader.KEEPALIVE) {
            counters.keepaliveReceived();
        } else if (length < EspHeader.NON_ESP_MARKER_LENGTH) {
            counters.drop(DropReason.INBOUND_TOO_SHORT);
        } else if (EspHeader.spi(bytes, offset) == 0) {
            counters.ikeReceived();
            control.report(new DataPlaneEvent.IkeDatagram(transport.local(), sender.socketAddress(),
                    Arrays.copyOfRange(bytes, offset + EspHeader.NON_ESP_MARKER_LENGTH, offset + length)));
        } else {
            find(offset, length, sender);
        }
    }

    private void find(int offset, int length, Endpoint sender) throws IOException, GeneralSecurityException {
        int spi = EspHeader.spi(input.bytes(), offset);
        InboundSa association = tables.associations().inbound(spi, transport);
        if (association == null) {
            counters.drop(DropReason.INBOUND_UNKNOWN_SPI);
            if (unknownSpis.allows(now)) {
                control.report(new DataPlaneEvent.InvalidSpi(SecurityProtocol.ESP, sender.socketAddress(),
                        transport.local().getAddress(), spi));
            }
        } else if (association.isEnded()) {
            counters.drop(DropReason.INBOUND_SA_ENDED);
        } else if (length < EspHeader.LENGTH) {
            counters.drop(DropReason.INBOUND_TOO_SHORT);
        } else {
            open(association, offset, length, sender);
        }
    }

    private void open(InboundSa association, int offset, int length, Endpoint sender)
            throws IOException, GeneralSecurityException {
        int sequence = EspHeader.sequence(input.bytes(), offset);
        if (!association.window().accepts(sequence)) {
            association.counters().countReplay();
            counters.drop(DropReason.INBOUND_REPLAY);
            return;
        }
        if (output.room() < length) {
            flush();
        }
        int payload = association.opener().open(input.bytes(), offset, length, output.bytes(), output.next());
        if (payload < 0) {
            countUnopened(association, payload);
            if (payload == EspOpener.BAD_PADDING) {
                association.window().mark(sequence);
            }
            return;
        }
        boolean newest = association.window().mark(sequence);
        if (newest && !sender.equals(association.peer())) {
            movePeer(association, sender);
        }
        deliver(association, payload);
    }

    private void countUnopened(InboundSa association, int reason) {
        switch (reason) {
            case EspOpener.TOO_SHORT -> counters.drop(DropReason.INBOUND_TOO_SHORT);
            case EspOpener.BAD_ALIGNMENT -> counters.drop(DropReason.INBOUND_BAD_ALIGNMENT);
            case EspOpener.BAD_PADDING -> counters.drop(DropReason.INBOUND_BAD_PADDING);
            default -> {
                association.counters().countIntegrityFailure();
                counters.drop(DropReason.INBOUND_BAD_INTEGRITY);
            }
        }
    }

    private void movePeer(InboundSa association, Endpoint sender) {
        Endpoint before = association.peer();
        association.movePeer(sender);
        control.peerMoved(association, before, sender);
    }

    private void deliver(InboundSa association, int payload) {
        int nextHeader = association.opener().nextHeader();
        if (nextHeader == IpProtocol.NONE) {
            counters.drop(DropReason.INBOUND_DUMMY);
        } else if (nextHeader != IpProtocol.IPV4 && nextHeader != IpProtocol.IPV6) {
            counters.drop(DropReason.INBOUND_BAD_NEXT_HEADER);
        } else if (!view.read(output.bytes(), output.next(), payload)
                || nextHeader == IpProtocol.IPV4 != (view.version() == IpVersion.V4)) {
            counters.drop(DropReason.INBOUND_MALFORMED_INNER);
        } else if (!association.takes(view)) {
            association.counters().countSelectorDrop();
            counters.drop(DropReason.INBOUND_SELECTOR_MISMATCH);
        } else if (isDiscarded()) {
            counters.drop(DropReason.INBOUND_POLICY_DISCARD);
        } else {
            accept(association);
        }
    }

    private boolean isDiscarded() {
        if (!policies.anyDiscard()) {
            return false;
        }
        PolicyRule rule = flows.find(policies, view);
        return rule != null && rule.discards();
    }

    private void accept(InboundSa association) {
        int length = view.length();
        coalescer.append(view);
        counters.inbound(length);
        LifetimeMeter.Limit limit = association.charge(length, now);
        if (limit != LifetimeMeter.Limit.NONE) {
            control.limitReached(association, limit);
        }
    }

    private void flush() throws IOException {
        coalescer.finish();
        if (output.count() > 0) {
            counters.drop(DropReason.INBOUND_TUN_LOST, output.count() - tun.write(output));
            output.clear();
        }
    }
}
