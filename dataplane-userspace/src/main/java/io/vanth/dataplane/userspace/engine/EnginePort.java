package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.NatTraversalPort;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.wire.EspHeader;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/// The daemon's side of a socket that IKE shares with ESP.
final class EnginePort implements NatTraversalPort {
    private final EspTransport transport;
    private final EngineProxy outbound;
    private final AtomicLong overflows;
    private final Runnable closing;
    private boolean closed;

    /// @param overflows counts messages that were not taken
    /// @param closing   closes the socket
    EnginePort(EspTransport transport, EngineProxy outbound, AtomicLong overflows, Runnable closing) {
        this.transport = transport;
        this.outbound = outbound;
        this.overflows = overflows;
        this.closing = closing;
    }

    @Override
    public InetSocketAddress local() {
        return transport.local();
    }

    @Override
    public void send(InetSocketAddress remote, byte[] message) {
        byte[] datagram = new byte[EspHeader.NON_ESP_MARKER_LENGTH + message.length];
        System.arraycopy(message, 0, datagram, EspHeader.NON_ESP_MARKER_LENGTH, message.length);
        sendDatagram(remote, datagram);
    }

    @Override
    public void sendKeepalive(InetSocketAddress remote) {
        sendDatagram(remote, new byte[]{EspHeader.KEEPALIVE});
    }

    /// Nothing is handed over after the socket was given up: the outbound agent relies on that.
    private synchronized void sendDatagram(InetSocketAddress remote, byte[] datagram) {
        if (closed || datagram.length > EspTransport.MAX_DATAGRAM
                || !outbound.send(transport, new Endpoint(remote), datagram)) {
            overflows.incrementAndGet();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        closing.run();
    }
}
