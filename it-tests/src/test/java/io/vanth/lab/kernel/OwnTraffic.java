package io.vanth.lab.kernel;

import io.vanth.dataplane.testkit.InnerPackets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Consumer;

/// UDP over IPv4 that a host sends and receives itself, seen as packets. A kernel takes no packet from outside that bears
/// its own address.
final class OwnTraffic implements AutoCloseable {
    private static final int PORT = 7;
    private static final int LARGEST = 20_000;
    private static final int IPV4 = 4;
    private static final int SOURCE_OFFSET = 12;
    private static final int DESTINATION_OFFSET = 16;
    private static final int PAYLOAD_OFFSET = 28;

    private final DatagramSocket socket;
    private final Consumer<byte[]> receiver;

    private OwnTraffic(DatagramSocket socket, Consumer<byte[]> receiver) {
        this.socket = socket;
        this.receiver = receiver;
    }

    /// In the network namespace of the calling thread, which has the address.
    static OwnTraffic open(String address, Consumer<byte[]> receiver) throws IOException {
        var traffic = new OwnTraffic(new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), PORT)),
                receiver);
        Thread.ofPlatform().name("own-" + address).daemon().start(traffic::receive);
        return traffic;
    }

    boolean isFrom(byte[] packet) {
        return packet[0] >> 4 == IPV4 && address(packet, SOURCE_OFFSET).equals(socket.getLocalAddress());
    }

    void send(byte[] packet) {
        try {
            socket.send(new DatagramPacket(packet, PAYLOAD_OFFSET, packet.length - PAYLOAD_OFFSET,
                    address(packet, DESTINATION_OFFSET), PORT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetAddress address(byte[] packet, int offset) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, offset, offset + IPV4));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            while (true) {
                packet.setLength(LARGEST);
                socket.receive(packet);
                receiver.accept(InnerPackets.udp(packet.getAddress().getHostAddress(), packet.getPort(),
                        socket.getLocalAddress().getHostAddress(), PORT,
                        Arrays.copyOf(packet.getData(), packet.getLength())));
            }
        } catch (IOException gone) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
