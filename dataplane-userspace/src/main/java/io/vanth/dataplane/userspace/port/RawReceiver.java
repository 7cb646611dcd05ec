package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.packet.EndpointCache;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.Ipv6Header;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A raw socket of one family and one IP protocol that receives whole IP packets, put together from their fragments by
/// the kernel. Over IPv6 the kernel hides the header (RFC 3542 section 3), so it is written anew from what control
/// messages tell; extension headers before the protocol are lost.
final class RawReceiver {
    private static final int SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MARK = 36;
    private static final int BUFFER_BYTES = 16 << 20;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVTCLASS = 66;
    private static final int IPV6_TCLASS = 67;
    private static final int HOP_LIMIT = 64;
    private static final int MAX_ERRORS_IN_A_ROW = 64;
    private static final int NO_PORT = 0;

    private final int descriptor;
    private final int protocol;
    private final boolean ipv6;
    private final PeekedMessage peek;
    private final EndpointCache senders = new EndpointCache();

    private RawReceiver(int descriptor, int protocol, boolean ipv6, Arena arena) {
        this.descriptor = descriptor;
        this.protocol = protocol;
        this.ipv6 = ipv6;
        this.peek = new PeekedMessage(descriptor, arena, ipv6);
    }

    /// @param mark by which routers' words about what was sent with it find the route that they are about
    static RawReceiver open(int protocol, boolean ipv6, int mark, Arena arena) throws LinuxException {
        int descriptor = LinuxException.check("socket(raw, protocol %d)".formatted(protocol),
                io.vanth.dataplane.netlink.linux.Libc.socket(ipv6 ? SocketAddresses.INET6 : SocketAddresses.INET,
                        SOCK_RAW_NONBLOCK_CLOEXEC, protocol));
        try {
            MemorySegment option = arena.allocate(ValueLayout.JAVA_INT);
            set(descriptor, option, SOL_SOCKET, SO_MARK, mark); // where the process may say so
            if (set(descriptor, option, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES) < 0) {
                LinuxException.check("setsockopt(SO_RCVBUF)",
                        set(descriptor, option, SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES));
            }
            if (ipv6) {
                LinuxException.check("setsockopt(IPV6_RECVPKTINFO)",
                        set(descriptor, option, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
                LinuxException.check("setsockopt(IPV6_RECVTCLASS)",
                        set(descriptor, option, IPPROTO_IPV6, IPV6_RECVTCLASS, 1));
            }
            return new RawReceiver(descriptor, protocol, ipv6, arena);
        } catch (LinuxException refused) {
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
            throw refused;
        }
    }

    private static int set(int descriptor, MemorySegment option, int level, int name, int value) {
        option.set(ValueLayout.JAVA_INT, 0, value);
        return io.vanth.dataplane.netlink.linux.Libc.setsockopt(descriptor, level, name, option);
    }

    int descriptor() {
        return descriptor;
    }

    /// Appends the packets that have come, at most `most`, and leaves `kept` bytes of room.
    ///
    /// @return whether there may be more
    /// @throws LinuxException when the socket is dead
    boolean receive(PacketBatch batch, int most, int kept) throws LinuxException {
        int errors = 0;
        int end = batch.count() + most;
        while (batch.count() < end && batch.room() >= RawIpSocket.MAX_PACKET + kept && errors < MAX_ERRORS_IN_A_ROW) {
            int received = ipv6 ? receiveIpv6(batch) : receiveIpv4(batch);
            if (Errno.EAGAIN.is(received)) {
                return false;
            }
            if (Errno.EBADF.is(received)) {
                LinuxException.check("recv", received);
            }
            errors = received < 0 ? errors + 1 : 0;
        }
        return true;
    }

    private int receiveIpv4(PacketBatch batch) {
        int at = batch.next();
        int length = Libc.recv(descriptor, batch.bytes(), at, batch.room());
        if (length >= Ipv4Header.MIN_LENGTH) {
            batch.add(length, senders.get(batch.bytes(), at + Ipv4Header.SOURCE_OFFSET, Ipv4Header.ADDRESS_LENGTH,
                    NO_PORT));
        }
        return length;
    }

    private int receiveIpv6(PacketBatch batch) {
        int looked = peek.look();
        if (looked < 0) {
            return looked;
        }
        byte[] bytes = batch.bytes();
        int ip = batch.next();
        int length = Libc.recv(descriptor, bytes, ip + Ipv6Header.LENGTH, batch.room() - Ipv6Header.LENGTH);
        if (length < 0
                || !peek.copy(IPPROTO_IPV6, IPV6_PKTINFO, bytes, ip + Ipv6Header.DESTINATION_OFFSET,
                        Ipv6Header.ADDRESS_LENGTH)) {
            return Math.min(length, 0);
        }
        byte[] source = peek.sender().address();
        System.arraycopy(source, 0, bytes, ip + Ipv6Header.SOURCE_OFFSET, Ipv6Header.ADDRESS_LENGTH);
        Ipv6Header.write(bytes, ip, peek.number(IPPROTO_IPV6, IPV6_TCLASS, 0), length, HOP_LIMIT, protocol);
        batch.add(Ipv6Header.LENGTH + length,
                senders.get(source, 0, Ipv6Header.ADDRESS_LENGTH, NO_PORT));
        return length;
    }

    void close() {
        io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
    }
}
