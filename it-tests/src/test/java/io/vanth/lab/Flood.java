package io.vanth.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// Sends one IKE message again and again, each time with another cookie and from another address of 10.99.0.0/16: a
/// program of its own, that runs in a namespace.
final class Flood {
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    /// The sender writes the IP header, with whatever source address.
    private static final int IPPROTO_RAW = 255;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ADDRESS_SIZE = 16;
    private static final int PER_ROUND_SECOND = 500;

    private final MethodHandle sendto;
    private final MemorySegment datagram;
    private final MemorySegment target;
    private final int socket;

    private Flood(Arena arena, byte[] destination, byte[] message) throws Throwable {
        this.sendto = function("sendto", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
        this.datagram = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagram(destination, message));
        this.target = arena.allocate(ADDRESS_SIZE);
        target.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        MemorySegment.copy(MemorySegment.ofArray(destination), 0, target, 4, destination.length);
        this.socket = (int) function("socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(AF_INET, SOCK_RAW, IPPROTO_RAW);
        if (socket < 0) {
            throw new IOException("no raw socket");
        }
    }

    /// Arguments: target address, datagrams per second, seconds, message in hexadecimal digits.
    public static void main(String[] args) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            var flood = new Flood(arena, InetAddress.ofLiteral(args[0]).getAddress(), HexFormat.of().parseHex(args[3]));
            System.out.println("sent " + flood.send(Integer.parseInt(args[1]), Integer.parseInt(args[2])));
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor shape) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
    }

    /// The kernel fills in the header's length and checksum; a UDP checksum of 0 is none (RFC 768).
    private static byte[] datagram(byte[] destination, byte[] message) {
        byte[] bytes = new byte[IP_HEADER + UDP_HEADER + message.length];
        bytes[0] = 0x45;
        bytes[8] = 64;
        bytes[9] = 17;
        bytes[12] = 10;
        bytes[13] = 99;
        System.arraycopy(destination, 0, bytes, 16, destination.length);
        bytes[20] = (byte) (500 >> 8);
        bytes[21] = (byte) 500;
        bytes[22] = (byte) (500 >> 8);
        bytes[23] = (byte) 500;
        bytes[24] = (byte) (UDP_HEADER + message.length >> 8);
        bytes[25] = (byte) (UDP_HEADER + message.length);
        System.arraycopy(message, 0, bytes, IP_HEADER + UDP_HEADER, message.length);
        return bytes;
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
                datagram.set(ValueLayout.JAVA_SHORT_UNALIGNED, 14, (short) random.nextInt());
                datagram.set(ValueLayout.JAVA_LONG_UNALIGNED, IP_HEADER + UDP_HEADER, random.nextLong() | 1);
                long written = (long) sendto.invokeExact(socket, datagram, datagram.byteSize(), 0, target,
                        ADDRESS_SIZE);
                sent += written > 0 ? 1 : 0;
            }
        }
        return sent;
    }
}
