package io.vanth.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/// Sends or receives datagrams that carry a number, at a steady rate. Runs as a process of its own in a namespace.
///
/// `send SOURCE TARGET PORT PER_SECOND COUNT` or `receive ADDRESS PORT COUNT`. The receiver ends when all have come, or
/// two seconds of silence after its standard input ended.
final class NumberedDatagrams {
    private static final int SIZE = 200;
    private static final int NANOS = 1_000_000_000;
    private static final int SILENCE_MILLIS = 2_000;

    private NumberedDatagrams() {}

    public static void main(String[] words) throws IOException {
        switch (words[0]) {
            case "send" -> send(new InetSocketAddress(InetAddress.getByName(words[1]), 0),
                    new InetSocketAddress(InetAddress.getByName(words[2]), Integer.parseInt(words[3])),
                    Integer.parseInt(words[4]), Integer.parseInt(words[5]));
            case "receive" -> receive(new InetSocketAddress(InetAddress.getByName(words[1]),
                    Integer.parseInt(words[2])), Integer.parseInt(words[3]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void send(InetSocketAddress source, InetSocketAddress target, int perSecond, int count)
            throws IOException {
        try (DatagramChannel channel = DatagramChannel.open().bind(source)) {
            ByteBuffer datagram = ByteBuffer.allocate(SIZE);
            long start = System.nanoTime();
            for (int number = 0; number < count; number++) {
                long due = start + (long) number * NANOS / perSecond;
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                channel.send(datagram.putInt(0, number).rewind(), target);
            }
        }
        System.out.println("sent " + count);
    }

    private static void receive(InetSocketAddress address, int count) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open().bind(address); Selector selector = Selector.open()) {
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            Thread.ofPlatform().daemon().start(() -> awaitEndOfInput(selector));
            System.out.println("ready");
            BitSet seen = new BitSet(count);
            int duplicates = 0;
            int reordered = 0;
            int highest = -1;
            boolean sending = true;
            ByteBuffer datagram = ByteBuffer.allocate(SIZE);
            while (seen.cardinality() < count) {
                if (selector.select(sending ? 0 : SILENCE_MILLIS) == 0) {
                    if (!sending) {
                        break;
                    }
                    sending = false;
                }
                selector.selectedKeys().clear();
                while (channel.receive(datagram.clear()) != null) {
                    int number = datagram.getInt(0);
                    duplicates += seen.get(number) ? 1 : 0;
                    reordered += number < highest ? 1 : 0;
                    highest = Math.max(highest, number);
                    seen.set(number);
                }
            }
            System.out.printf("received %d lost %d duplicated %d reordered %d first-lost %d%n", seen.cardinality(),
                    count - seen.cardinality(), duplicates, reordered, seen.nextClearBit(0));
        }
    }

    private static void awaitEndOfInput(Selector selector) {
        try {
            System.in.readAllBytes();
            selector.wakeup();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
