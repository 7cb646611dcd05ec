package io.vanth.lab.kernel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import jdk.net.ExtendedSocketOptions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

/// Datagrams of UDP between two hosts, of which each must arrive as it was sent.
final class Datagrams {
    private static final int PORT = 7000;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int LARGEST = 20_000;

    private Datagrams() {}

    /// From the smallest to more than some packets hold, and each length around one MTU of 1500 less what headers take.
    static List<Integer> allSizes() {
        List<Integer> sizes = new ArrayList<>(List.of(1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 100, 256, 512, 1000));
        IntStream.rangeClosed(1200, 1500).filter(size -> size % 12 == 0).forEach(sizes::add);
        sizes.addAll(List.of(2000, 2960, 4000, 9000));
        return sizes;
    }

    /// A few of each kind.
    static List<Integer> someSizes() {
        return List.of(1, 2, 3, 4, 15, 16, 17, 100, 1000, 1300, 1400, 1480, 3000);
    }

    /// Sends each size there and back.
    ///
    /// @param whole whether packets forbid fragments, as UDP of Linux does unless told otherwise
    static void exchange(Host left, String leftAddress, Host right, String rightAddress, List<Integer> sizes,
            boolean whole) throws Exception {
        try (DatagramSocket one = open(left, leftAddress, whole);
                DatagramSocket other = open(right, rightAddress, whole)) {
            for (int size : sizes) {
                pass("left to right", size, one, other);
                pass("right to left", size, other, one);
            }
        } catch (AssertionError lost) {
            throw new AssertionError("%s%nleft: %s%nright: %s".formatted(lost.getMessage(), left.counters(),
                    right.counters()), lost);
        }
    }

    private static DatagramSocket open(Host host, String address, boolean whole) throws Exception {
        return host.namespace().call(() -> {
            DatagramSocket socket = new DatagramSocket(
                    new InetSocketAddress(InetAddress.ofLiteral(address), PORT));
            socket.setSoTimeout(PATIENCE_MILLIS);
            if (!whole) {
                socket.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, false);
            }
            return socket;
        });
    }

    private static void pass(String way, int size, DatagramSocket from, DatagramSocket to) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        from.send(new DatagramPacket(content, size, to.getLocalSocketAddress()));
        var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            to.receive(packet);
        } catch (SocketTimeoutException lost) {
            throw new AssertionError("%d bytes %s did not arrive".formatted(size, way), lost);
        }
        assertArrayEquals(content, Arrays.copyOf(packet.getData(), packet.getLength()), size + " bytes " + way);
    }
}
