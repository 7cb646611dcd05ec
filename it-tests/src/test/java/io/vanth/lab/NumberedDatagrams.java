package io.vanth.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Sends or receives datagrams that carry a number, at a steady rate. Runs as a process of its own in a namespace.
///
/// `send SOURCE TARGET PORT PER_SECOND COUNT` or `receive ADDRESS PORT COUNT`. The sender ends when its standard input
/// does, at the latest; the receiver after a second of silence, once its own has ended.
final class NumberedDatagrams {
    private static final int SIZE = 200;
    private static final int NANOS = 1_000_000_000;
    /// In bytes; the kernel gives as much of it as its limit allows.
    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final int SILENCE_MILLIS = 1_000;

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
            System.out.println("started " + Instant.now());
            var ended = new AtomicBoolean();
            Thread.ofPlatform().daemon().start(() -> awaitEndOfInput(ended, () -> {}));
            long start = System.nanoTime();
            int number = 0;
            for (; number < count && !ended.get(); number++) {
                long due = start + (long) number * NANOS / perSecond;
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                channel.send(datagram.putInt(0, number).rewind(), target);
            }
            System.out.println("sent " + number);
        }
    }

    private static void receive(InetSocketAddress address, int count) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open().bind(address); Selector selector = Selector.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            var ended = new AtomicBoolean();
            Thread.ofPlatform().daemon().start(() -> awaitEndOfInput(ended, selector::wakeup));
            System.out.println("ready");
            Tally tally = new Tally();
            while (!ended.get()) {
                selector.select();
                drain(channel, selector, tally);
            }
            while (selector.select(SILENCE_MILLIS) > 0) {
                drain(channel, selector, tally);
            }
            System.out.println(tally.report(count));
        }
    }

    private static void drain(DatagramChannel channel, Selector selector, Tally tally) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(SIZE);
        selector.selectedKeys().clear();
        while (channel.receive(datagram.clear()) != null) {
            tally.count(datagram.getInt(0));
        }
    }

    /// Which numbers came, and how.
    private static final class Tally {
        private final BitSet seen = new BitSet();
        private int duplicates;
        private int reordered;
        private int highest = -1;

        void count(int number) {
            duplicates += seen.get(number) ? 1 : 0;
            reordered += number < highest ? 1 : 0;
            highest = Math.max(highest, number);
            seen.set(number);
        }

        String report(int sent) {
            return "received %d lost %d duplicated %d reordered %d missing %s".formatted(seen.cardinality(),
                    sent - seen.cardinality(), duplicates, reordered, missing(sent));
        }

        /// Ranges of numbers that did not come, such as `[17-18, 205-205]`.
        private String missing(int sent) {
            List<String> ranges = new ArrayList<>();
            for (int from = seen.nextClearBit(0); from < sent; from = seen.nextClearBit(from)) {
                int next = seen.nextSetBit(from);
                int to = next < 0 ? sent : next;
                ranges.add(from + "-" + (to - 1));
                from = to;
            }
            return ranges.toString();
        }
    }

    /// Says that no more will be sent. The flag counts: a datagram that comes at the same moment hides the waking.
    private static void awaitEndOfInput(AtomicBoolean ended, Runnable waking) {
        try {
            System.in.readAllBytes();
            ended.set(true);
            waking.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
