package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.wire.IpVersion;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.Arrays;

/// Finds what this host has sent to a tunnel's peer itself and what its routes lead back into that tunnel: it would be
/// wrapped again and again, without end. For one agent.
final class OwnPackets {
    private final String device;
    private final ControlProxy control;
    private final OnceAMinute reports = new OnceAMinute();

    /// @param device the interface that the packets come out of
    OwnPackets(String device, ControlProxy control) {
        this.device = device;
        this.control = control;
    }

    /// Whether the packet at `offset` comes from the socket of the outermost SA and goes to its peer: it is a packet of
    /// this bundle, or of IKE beside it. A later fragment in UDP shows no port and is taken for another packet; what it
    /// is wrapped into is none, so it goes around once.
    boolean isOf(OutboundBundle bundle, byte[] bytes, int offset, PacketView view) {
        OutboundSa outermost = bundle.outermost();
        Endpoint peer = outermost.peer();
        boolean ours = outermost.isInUdp()
                ? view.destinationPort() == peer.port()
                        && view.sourcePort() == outermost.transport().local().getPort()
                : view.protocol() == outermost.id().protocol().ipProtocol();
        if (!ours) {
            return false;
        }
        boolean ipv4 = view.version() == IpVersion.V4;
        return is(peer.address(), bytes,
                offset + (ipv4 ? Ipv4Header.DESTINATION_OFFSET : Ipv6Header.DESTINATION_OFFSET),
                ipv4)
                && is(outermost.source().getAddress(), bytes,
                        offset + (ipv4 ? Ipv4Header.SOURCE_OFFSET : Ipv6Header.SOURCE_OFFSET), ipv4);
    }

    private static boolean is(byte[] address, byte[] bytes, int offset, boolean ipv4) {
        return address.length == (ipv4 ? Ipv4Header.ADDRESS_LENGTH : Ipv6Header.ADDRESS_LENGTH)
                && Arrays.equals(address, 0, address.length, bytes, offset, offset + address.length);
    }

    /// Tells the daemon that there was one, at most once a minute.
    void report(OutboundBundle bundle, long nowMillis) {
        if (reports.isDue(nowMillis)) {
            control.report(new DataPlaneEvent.RoutedBack(bundle.group(), device,
                    bundle.outermost().peer().inetAddress()));
        }
    }
}
