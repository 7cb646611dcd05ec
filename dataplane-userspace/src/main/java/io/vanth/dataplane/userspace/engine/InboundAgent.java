package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.tun.TunDevice;
import io.vanth.dataplane.userspace.wire.EspHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;

/// The way in, for one socket or all raw ones: IKE and keepalives aside → layers off ([InboundLayers]) → joined with its
/// neighbours → TUN.
final class InboundAgent extends Agent {
    private static final int INPUT_PACKETS = 512;
    private static final int INPUT_BYTES = 320 * 1024;
    private static final long NO_LIMIT = -1;

    private final EspTransport transport;
    private final ControlProxy control;
    private final InstantSource clock;
    private final AgentCounters counters;
    private final PacketBatch input = new PacketBatch(INPUT_PACKETS, INPUT_BYTES, 0, 0);
    private final SecuredPacket packet = new SecuredPacket();
    private final InboundLayers layers;
    private long now;

    InboundAgent(EspTransport transport, TunDevice tun, Tables tables, ControlProxy control, InstantSource clock,
            AgentCounters counters) {
        super("vanth-inbound-" + (transport.isRaw() ? "raw" : transport.local().getPort()), control);
        this.transport = transport;
        this.control = control;
        this.clock = clock;
        this.counters = counters;
        this.layers = new InboundLayers(transport, tun, tables, control, counters);
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
        layers.start(now);
        for (int index = 0; index < input.count(); index++) {
            try {
                if (transport.isRaw()) {
                    openRaw(input.offset(index), input.length(index), input.peer(index));
                } else {
                    sort(input.offset(index), input.length(index), input.peer(index));
                }
            } catch (GeneralSecurityException refused) {
                counters.drop(DropReason.INBOUND_BAD_INTEGRITY);
                logPacketError(now, refused);
            } catch (RuntimeException defect) {
                counters.drop(DropReason.INTERNAL_ERROR);
                logPacketError(now, defect);
            }
        }
        layers.flush();
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
        layers.clear();
    }

    private void openRaw(int offset, int length, Endpoint sender) throws IOException, GeneralSecurityException {
        if (!packet.read(input.bytes(), offset, length) || !isSecured(packet)) {
            counters.drop(DropReason.INBOUND_MALFORMED_OUTER);
        } else if (packet.isFragment()) {
            layers.refuseFragment(packet, sender);
        } else if (!packet.holdsSpi()) {
            counters.drop(DropReason.INBOUND_TOO_SHORT);
        } else {
            layers.open(packet, sender);
        }
    }

    private static boolean isSecured(SecuredPacket packet) {
        return IpProtocol.isSecured(packet.protocol()) || packet.protocol() == IpProtocol.FRAGMENT;
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
            packet.readHeadless(bytes, offset, length);
            layers.open(packet, sender);
        }
    }
}
