package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.linux.Readiness;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Optional;

/// A UDP socket of Linux that sends a run of datagrams with one call (`UDP_SEGMENT`) and takes coalesced ones in with
/// one (`UDP_GRO`). Without root it has smaller buffers and bears no mark.
///
/// `sendmmsg` and `recvmmsg` are left out after measurement: their vectors cannot point into the Java heap, where the
/// ciphers are fastest, so each byte is copied once more. On loopback a datagram that goes alone costs 670 ns with
/// `sendto` and 610 with `sendmmsg` and that copy; one that comes alone 245 ns with a look and `recv`, 120 with
/// `recvmmsg`. A coalesced one, which is the usual case, costs the copy and saves
/// nothing: 45 packets share its two calls already.
///
/// RFC 3948 section 2.1 would have the UDP checksum sent as zero; it is computed, because Linux sends no runs without one
/// (`SO_NO_CHECK` makes `UDP_SEGMENT` fail). Receivers must not depend on it either way.
///
/// Of the outer header only the DSCP is the engine's: the kernel says whether it may be fragmented, by what it knows of the
/// path, and ECN is left out, so that nothing has to be read beside each datagram to bring it back in.
public final class NatTraversalSocket implements EspTransport {
    /// The most datagrams that every kernel takes with one call.
    private static final int MAX_SEGMENTS = 64;
    private static final int BUFFER_BYTES = 16 << 20;
    private static final int MAX_ERRORS_IN_A_ROW = 64;

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int IPPROTO_UDP = 17;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MARK = 36;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_TCLASS = 67;
    private static final int IPV6_V6ONLY = 26;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment option = arena.allocate(ValueLayout.JAVA_INT);
    private final int descriptor;
    private final SocketAddresses target;
    private final CoalescedPeek peek;
    private final Readiness readiness;
    private InetSocketAddress local;
    private boolean marked;
    private boolean segments;
    private int segmentSize;
    private Endpoint lastTarget;
    private int trafficClass;
    private boolean closed;

    private NatTraversalSocket(int descriptor, Readiness readiness, boolean ipv6) {
        this.descriptor = descriptor;
        this.readiness = readiness;
        this.target = new SocketAddresses(arena, ipv6);
        this.peek = new CoalescedPeek(descriptor, arena, ipv6);
    }

    /// Binds a socket to `local` (port 0: one that is free). Its packets bear `mark` where the process may say so.
    public static NatTraversalSocket open(InetSocketAddress local, int mark) throws IOException {
        return open(local, mark, Optional.empty());
    }

    /// The same on one network interface, or in a VRF.
    public static NatTraversalSocket open(InetSocketAddress local, int mark, Optional<String> device)
            throws IOException {
        boolean ipv6 = local.getAddress() instanceof Inet6Address;
        int descriptor = LinuxException.check("socket(UDP)",
                io.vanth.dataplane.netlink.linux.Libc.socket(ipv6 ? SocketAddresses.INET6 : SocketAddresses.INET,
                        SOCK_DGRAM_NONBLOCK_CLOEXEC, IPPROTO_UDP));
        Readiness readiness;
        try {
            readiness = new Readiness(descriptor);
        } catch (LinuxException refused) {
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
            throw refused;
        }
        var socket = new NatTraversalSocket(descriptor, readiness, ipv6);
        try {
            DeviceBinding.bind(descriptor, device);
            socket.configure(local, mark, ipv6);
            return socket;
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    private void configure(InetSocketAddress wanted, int mark, boolean ipv6) throws IOException {
        if (ipv6) {
            LinuxException.check("setsockopt(IPV6_V6ONLY)", set(IPPROTO_IPV6, IPV6_V6ONLY, 1));
        }
        marked = set(SOL_SOCKET, SO_MARK, mark) == 0;
        if (set(SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES) < 0) {
            LinuxException.check("setsockopt(SO_SNDBUF)", set(SOL_SOCKET, SO_SNDBUF, BUFFER_BYTES));
        }
        if (set(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES) < 0) {
            LinuxException.check("setsockopt(SO_RCVBUF)", set(SOL_SOCKET, SO_RCVBUF, BUFFER_BYTES));
        }
        segments = set(IPPROTO_UDP, UDP_SEGMENT, 0) == 0;
        set(IPPROTO_UDP, UDP_GRO, 1);
        target.write(wanted);
        LinuxException.check("bind UDP %s port %d".formatted(wanted.getAddress().getHostAddress(), wanted.getPort()),
                io.vanth.dataplane.netlink.linux.Libc.bind(descriptor, target.memory()));
        LinuxException.check("getsockname", Libc.getsockname(descriptor, target.memory()));
        local = target.readSocketAddress();
    }

    private int set(int level, int name, int value) {
        option.set(ValueLayout.JAVA_INT, 0, value);
        return io.vanth.dataplane.netlink.linux.Libc.setsockopt(descriptor, level, name, option);
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    /// Whether packets bear the mark, which leads them around the routes for protected traffic. They do not without
    /// `CAP_NET_ADMIN`, and then there are no such routes either.
    public boolean marked() {
        return marked;
    }

    /// Whether the kernel cuts a run into datagrams (`UDP_SEGMENT`, Linux 4.18).
    public boolean sendsSegments() {
        return segments;
    }

    @Override
    public int receive(PacketBatch batch) throws IOException {
        int before = batch.count();
        int errors = 0;
        while (batch.room() >= MAX_DATAGRAM) {
            int length = peek.look();
            if (Errno.EAGAIN.is(length)) {
                break;
            }
            if (length < 0) {
                checkAlive("recvmsg", length);
                if (++errors == MAX_ERRORS_IN_A_ROW) {
                    break;
                }
            } else if (!take(batch, length, before)) {
                break;
            }
        }
        return batch.count() - before;
    }

    /// Takes the datagram that was looked at; false if it is left there for a batch with more places.
    private boolean take(PacketBatch batch, int length, int before) throws IOException {
        int part = peek.partLength() == 0 ? Math.max(length, 1) : peek.partLength();
        boolean fits = Math.ceilDiv(length, part) <= batch.places();
        if (!fits && batch.count() > before) {
            return false;
        }
        int received = Libc.recv(descriptor, batch.bytes(), batch.next(), batch.room());
        if (received < 0) {
            checkAlive("recv", received);
            return true;
        }
        Endpoint sender = peek.sender();
        for (int rest = received; rest > 0 && batch.places() > 0; rest -= part) {
            batch.add(Math.min(part, rest), sender);
        }
        return true;
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        readiness.await(timeoutNanos);
    }

    @Override
    public void wakeup() {
        readiness.wakeup();
    }

    @Override
    public int send(PacketBatch batch) throws IOException {
        int sent = 0;
        int first = 0;
        while (first < batch.count()) {
            int end = segments ? batch.runEnd(first, MAX_SEGMENTS, MAX_DATAGRAM) : first + 1;
            sent += sendRun(batch, first, end);
            first = end;
        }
        return sent;
    }

    /// Sends a run with one call, and where the kernel refuses that (the path's MTU is smaller, or a device cannot) its
    /// datagrams one by one.
    private int sendRun(PacketBatch batch, int first, int end) throws IOException {
        Endpoint peer = batch.peer(first);
        if (!peer.equals(lastTarget)) {
            if (!target.write(peer)) {
                lastTarget = null;
                return 0;
            }
            lastTarget = peer;
        }
        if (batch.trafficClass(first) != trafficClass) {
            setTrafficClass(batch.trafficClass(first));
        }
        int size = batch.length(first);
        boolean alone = end == first + 1;
        if (alone ? size > segmentSize && segmentSize != 0 : size != segmentSize) {
            setSegmentSize(alone ? 0 : size);
        }
        int length = batch.offset(end - 1) + batch.length(end - 1) - batch.offset(first);
        int result = sendBytes(batch, batch.offset(first), length);
        if (result >= 0) {
            return end - first;
        }
        if (segmentSize == 0 || !(Errno.EINVAL.is(result) || Errno.EMSGSIZE.is(result) || Errno.EIO.is(result))) {
            checkAlive("sendto", result);
            return 0;
        }
        setSegmentSize(0);
        int sent = 0;
        for (int index = first; index < end; index++) {
            sent += sendBytes(batch, batch.offset(index), batch.length(index)) >= 0 ? 1 : 0;
        }
        return sent;
    }

    private int sendBytes(PacketBatch batch, int offset, int length) {
        return Libc.sendto(descriptor, batch.bytes(), offset, length, target.memory());
    }

    private void setTrafficClass(int value) throws LinuxException {
        LinuxException.check("setsockopt(IP_TOS)",
                local.getAddress() instanceof Inet6Address
                        ? set(IPPROTO_IPV6, IPV6_TCLASS, value)
                        : set(IPPROTO_IP, IP_TOS, value));
        trafficClass = value;
    }

    private void setSegmentSize(int size) throws LinuxException {
        LinuxException.check("setsockopt(UDP_SEGMENT)", set(IPPROTO_UDP, UDP_SEGMENT, size));
        segmentSize = size;
    }

    private static void checkAlive(String call, int result) throws LinuxException {
        if (Errno.EBADF.is(result)) {
            LinuxException.check(call, result);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            readiness.close();
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
            arena.close();
        }
    }
}
