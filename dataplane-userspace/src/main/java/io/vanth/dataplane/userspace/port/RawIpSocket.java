package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.linux.Readiness;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The raw IP sockets of Linux for ESP, AH and IPComp over IPv4 and IPv6, as one transport: one agent owns all SAs that
/// go without UDP, whatever they are nested in. It sends packets with the header that they have, whose identification
/// must not be 0 (the kernel would choose one, and AH covers it), and cuts those that are too large for their path into
/// fragments unless they forbid it. It needs `CAP_NET_RAW`.
public final class RawIpSocket implements EspTransport {
    /// The largest packet, as long as its length field can say, with an IPv6 header.
    static final int MAX_PACKET = 65_535 + 40;

    private static final int[] PROTOCOLS = {IpProtocol.ESP, IpProtocol.AH, IpProtocol.IPCOMP};
    private static final int SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;
    private static final int IPPROTO_RAW = 255;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int BUFFER_BYTES = 16 << 20;
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final Arena arena = Arena.ofShared();
    private final List<RawReceiver> receivers = new ArrayList<>();
    private final List<Sender> senders = new ArrayList<>();
    private PathProbe probe;
    private Readiness readiness;
    /// The receiver that is asked first: another one each time, and none may fill a batch while others wait, so that a flood
    /// of one protocol does not keep the others waiting.
    private int first;
    private boolean closed;

    private RawIpSocket() {}

    /// Opens the sockets of the families that the host has. Packets bear `mark` where the process may say so.
    public static RawIpSocket open(int mark) throws IOException {
        return open(mark, Optional.empty());
    }

    /// The same on one network interface, or in a VRF.
    public static RawIpSocket open(int mark, Optional<String> device) throws IOException {
        RawIpSocket socket = new RawIpSocket();
        try {
            socket.openFamily(false, mark, device);
            socket.probe = new PathProbe(openSender(false, mark, device, socket.arena), device, socket.arena);
            try {
                socket.openFamily(true, mark, device);
            } catch (LinuxException refused) {
                if (!refused.is(Errno.EAFNOSUPPORT)) {
                    throw refused;
                }
            }
            socket.readiness = new Readiness(socket.receivers.stream().mapToInt(RawReceiver::descriptor).toArray());
            return socket;
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    /// Whether this process may open them, which takes `CAP_NET_RAW`.
    public static boolean isPermitted() {
        try (Arena arena = Arena.ofConfined()) {
            RawReceiver.open(IpProtocol.ESP, false, 0, arena).close();
            return true;
        } catch (LinuxException refused) {
            return !refused.is(Errno.EPERM);
        }
    }

    private void openFamily(boolean ipv6, int mark, Optional<String> device) throws LinuxException {
        senders.add(new Sender(openSender(ipv6, mark, device, arena), ipv6, arena));
        for (int protocol : PROTOCOLS) {
            RawReceiver receiver = RawReceiver.open(protocol, ipv6, mark, arena);
            receivers.add(receiver);
            DeviceBinding.bind(receiver.descriptor(), device);
        }
    }

    /// A socket that takes whole packets and receives none.
    private static int openSender(boolean ipv6, int mark, Optional<String> device, Arena arena) throws LinuxException {
        int descriptor = LinuxException.check("socket(raw)",
                io.vanth.dataplane.netlink.linux.Libc.socket(ipv6 ? SocketAddresses.INET6 : SocketAddresses.INET,
                        SOCK_RAW_NONBLOCK_CLOEXEC, IPPROTO_RAW));
        try {
            MemorySegment option = arena.allocate(ValueLayout.JAVA_INT);
            option.set(ValueLayout.JAVA_INT, 0, mark);
            io.vanth.dataplane.netlink.linux.Libc.setsockopt(descriptor, SOL_SOCKET, SO_MARK, option);
            option.set(ValueLayout.JAVA_INT, 0, BUFFER_BYTES);
            io.vanth.dataplane.netlink.linux.Libc.setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, option);
            DeviceBinding.bind(descriptor, device);
            return descriptor;
        } catch (LinuxException refused) {
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
            throw refused;
        }
    }

    @Override
    public InetSocketAddress local() {
        return ANYWHERE;
    }

    @Override
    public boolean isRaw() {
        return true;
    }

    @Override
    public synchronized int pathMtu(Endpoint peer) {
        return closed ? NO_LIMIT : probe.ask(peer);
    }

    @Override
    public int receive(PacketBatch batch) throws IOException {
        int before = batch.count();
        readiness.look();
        int waiting = 0;
        for (int index = 0; index < receivers.size(); index++) {
            waiting |= readiness.isReadable(index) ? 1 << index : 0;
        }
        if (waiting != 0) {
            receiveRest(batch, receiveShares(batch, waiting));
            first = (first + 1) % receivers.size();
        }
        return batch.count() - before;
    }

    /// Gives each receiver that has something a share of the places, and keeps room for the longest packet of each that
    /// comes later.
    ///
    /// @param waiting a bit for each receiver
    /// @return those that may have more
    private int receiveShares(PacketBatch batch, int waiting) throws IOException {
        int later = Integer.bitCount(waiting);
        int share = Math.max(1, batch.places() / later);
        int more = 0;
        for (int turn = 0; turn < receivers.size(); turn++) {
            int index = (first + turn) % receivers.size();
            if ((waiting & 1 << index) != 0) {
                int kept = Math.clamp(batch.room() / MAX_PACKET - 1, 0, --later) * MAX_PACKET;
                more |= receivers.get(index).receive(batch, share, kept) ? 1 << index : 0;
            }
        }
        return more;
    }

    private void receiveRest(PacketBatch batch, int waiting) throws IOException {
        for (int turn = 0; turn < receivers.size() && batch.places() > 0; turn++) {
            int index = (first + turn) % receivers.size();
            if ((waiting & 1 << index) != 0) {
                receivers.get(index).receive(batch, batch.places(), 0);
            }
        }
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
        for (int index = 0; index < batch.count(); index++) {
            Endpoint peer = batch.peer(index);
            for (int which = 0; which < senders.size(); which++) {
                Sender sender = senders.get(which);
                if (sender.target.write(peer)) {
                    sent += sender.send(batch.bytes(), batch.offset(index), batch.length(index)) ? 1 : 0;
                }
            }
        }
        return sent;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (readiness != null) {
                readiness.close();
            }
            receivers.forEach(RawReceiver::close);
            senders.forEach(Sender::close);
            if (probe != null) {
                probe.close();
            }
            arena.close();
        }
    }

    /// Sends the packets of one family.
    private static final class Sender {
        private final int descriptor;
        private final SocketAddresses target;
        private final OuterFragments fragments;

        private Sender(int descriptor, boolean ipv6, Arena arena) {
            this.descriptor = descriptor;
            this.target = new SocketAddresses(arena, ipv6);
            this.fragments = new OuterFragments(this::sendOnce);
        }

        boolean send(byte[] bytes, int offset, int length) throws LinuxException {
            int result = sendOnce(bytes, offset, length);
            if (Errno.EMSGSIZE.is(result)) {
                return fragments.send(bytes, offset, length);
            }
            if (Errno.EBADF.is(result)) {
                LinuxException.check("sendto", result);
            }
            return result >= 0;
        }

        private int sendOnce(byte[] bytes, int offset, int length) {
            return Libc.sendto(descriptor, bytes, offset, length, target.memory());
        }

        void close() {
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
        }
    }
}
