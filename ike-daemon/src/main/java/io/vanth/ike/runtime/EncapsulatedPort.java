package io.vanth.ike.runtime;

import io.vanth.dataplane.NatTraversalPort;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// The daemon's own socket for IKE and ESP, where the data plane is the kernel: it takes ESP and keepalives out, and what
/// is left bears the non-ESP marker (RFC 3948 section 2.2).
record EncapsulatedPort(UdpPort socket) implements NatTraversalPort {
    private static final int MARKER_LENGTH = 4;
    private static final Bytes KEEPALIVE = Bytes.of(new byte[]{(byte) 0xFF});

    /// What receives datagrams of the socket, for a receiver of IKE messages.
    static BiConsumer<Path, Bytes> unmarked(BiConsumer<Path, Bytes> receiver) {
        return (path, datagram) -> {
            byte[] bytes = datagram.toArray();
            if (bytes.length > MARKER_LENGTH && Arrays.equals(bytes, 0, MARKER_LENGTH, new byte[MARKER_LENGTH], 0,
                    MARKER_LENGTH)) {
                receiver.accept(new Path(path.local(), path.remote(), true),
                        Bytes.of(Arrays.copyOfRange(bytes, MARKER_LENGTH, bytes.length)));
            }
        };
    }

    @Override
    public InetSocketAddress local() {
        return socket.local();
    }

    @Override
    public void send(InetSocketAddress remote, byte[] message) {
        byte[] marked = new byte[MARKER_LENGTH + message.length];
        System.arraycopy(message, 0, marked, MARKER_LENGTH, message.length);
        socket.send(remote, Bytes.owning(marked));
    }

    @Override
    public void sendKeepalive(InetSocketAddress remote) {
        socket.send(remote, KEEPALIVE);
    }

    @Override
    public void close() {
        socket.close();
    }
}
