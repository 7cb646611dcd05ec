package io.vanth.dataplane.userspace.tun;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import io.vanth.dataplane.netlink.route.Links;
import io.vanth.dataplane.netlink.route.NetworkLink;
import io.vanth.dataplane.userspace.linux.Libc;
import io.vanth.dataplane.userspace.linux.Readiness;
import io.vanth.dataplane.userspace.packet.PacketBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A TUN device of Linux with segmentation and checksum offload: the kernel hands up super-packets of TCP and, where it
/// can, UDP of up to [#MAX_SUPER_PACKET] bytes and takes them back. The interface goes when the device is closed or the process
/// ends, unless it is made to last.
public final class LinuxTun implements TunDevice {
    /// The longest super-packet that the kernel hands up: so long that its sealed segments still fit one UDP send.
    public static final int MAX_SUPER_PACKET = 60_000;

    /// Packets that wait to be read. The kernel drops what comes beyond that, and does not tell the sender: with its own
    /// 500 the reader may not be held up for longer than 2 ms at 250,000 packets a second.
    private static final int QUEUE = 2000;

    private static final Logger LOG = LoggerFactory.getLogger(LinuxTun.class);
    private static final String DEVICE = "/dev/net/tun";
    private static final int OPEN_FLAGS = 2 | 0x800 | 0x80000; // O_RDWR, O_NONBLOCK, O_CLOEXEC
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETPERSIST = 0x400454cbL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final int OFFLOADS = 1 | 2 | 4 | 8; // checksum, TCP over IPv4 and IPv6, TCP with CWR
    private static final int UDP_OFFLOADS = 0x20 | 0x40; // UDP over IPv4 and IPv6, since Linux 6.2

    /// `ifreq`: name of 16 bytes, flags u16, padding
    private static final int REQUEST_LENGTH = 40;
    private static final int MAX_NAME = 15;
    private static final int FLAGS_OFFSET = 16;
    private static final short FLAGS = 0x1 | 0x1000 | 0x4000; // IFF_TUN, IFF_NO_PI, IFF_VNET_HDR
    private static final String ALIAS = "route-based tunnels of ";

    private final int descriptor;
    private final String name;
    private final int mtu;
    private final boolean udpSegments;
    private final Readiness readiness;
    private boolean takenOver;
    private boolean closed;

    private LinuxTun(int descriptor, String name, int mtu, boolean udpSegments) throws LinuxException {
        this.descriptor = descriptor;
        this.name = name;
        this.mtu = mtu;
        this.udpSegments = udpSegments;
        this.readiness = new Readiness(descriptor);
    }

    /// Makes an interface that stays when the device is closed or the process dies, or takes over the one that an earlier
    /// run left, be it of another owner. While no process has it, what is routed into it ends there.
    ///
    /// @param owner by what [#removeLasting(String, Set)] knows it; it stands in the alias that `ip link` shows
    public static LinuxTun openLasting(String name, int mtu, String owner) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
            var links = new Links(socket);
            Optional<NetworkLink> there = links.find(name);
            if (there.isPresent() && !there.get().alias().startsWith(ALIAS)) {
                throw new IOException(
                        "there is an interface %s, which another program has made; give the connection another name"
                                .formatted(name));
            }
            LinuxTun tun = open(name, mtu);
            try {
                tun.takenOver = there.isPresent();
                links.describe(links.find(name).orElseThrow().index(), alias(owner));
                DeadRoutes.keep(name);
                tun.last(true);
                return tun;
            } catch (IOException refused) {
                tun.close();
                throw refused;
            }
        }
    }

    /// Removes the interfaces that lasted after an earlier run of that owner, but for those with these names and those
    /// that a process has.
    public static void removeLasting(String owner, Set<String> kept) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
            for (NetworkLink left : new Links(socket).list()) {
                if (left.alias().equals(alias(owner)) && !kept.contains(left.name())) {
                    removeUnused(left);
                } else if (left.alias().startsWith(ALIAS) && !left.alias().equals(alias(owner))) {
                    LOG.info("interface {} has the {}: if there is no such daemon any more, ip link del {}",
                            left.name(), left.alias(), left.name());
                }
            }
        }
    }

    private static void removeUnused(NetworkLink left) throws IOException {
        try {
            open(left.name(), left.mtu()).remove();
        } catch (LinuxException refused) {
            if (!refused.is(Errno.EBUSY)) {
                throw refused;
            }
        }
    }

    private static String alias(String owner) {
        return ALIAS + owner;
    }

    private void last(boolean lasting) throws LinuxException {
        LinuxException.check("TUNSETPERSIST " + name, Libc.ioctl(descriptor, TUNSETPERSIST, lasting ? 1L : 0L));
    }

    /// Makes the interface `name` (with `%d` in it the kernel chooses a number) with an MTU in bytes and brings it up.
    public static LinuxTun open(String name, int mtu) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length > MAX_NAME) {
            throw new IOException("interface name '%s': 1 to %d characters".formatted(name, MAX_NAME));
        }
        int descriptor = Libc.open(DEVICE, OPEN_FLAGS);
        if (descriptor < 0) {
            throw new LinuxException("open " + DEVICE, -descriptor, hint(descriptor));
        }
        try {
            String made = attach(descriptor, bytes);
            boolean udpSegments = offload(descriptor);
            bringUp(made, mtu);
            return new LinuxTun(descriptor, made, mtu, udpSegments);
        } catch (IOException refused) {
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
            throw refused;
        }
    }

    private static String attach(int descriptor, byte[] name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_LENGTH, Long.BYTES);
            MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, 0, name.length);
            request.set(ValueLayout.JAVA_SHORT, FLAGS_OFFSET, FLAGS);
            int result = Libc.ioctl(descriptor, TUNSETIFF, request);
            if (result < 0) {
                throw new LinuxException("TUNSETIFF " + new String(name, StandardCharsets.US_ASCII), -result,
                        hint(result));
            }
            return request.getString(0);
        }
    }

    /// Whether UDP too.
    private static boolean offload(int descriptor) throws LinuxException {
        boolean udp = Libc.ioctl(descriptor, TUNSETOFFLOAD, (long) (OFFLOADS | UDP_OFFLOADS)) == 0;
        if (!udp) {
            LinuxException.check("TUNSETOFFLOAD", Libc.ioctl(descriptor, TUNSETOFFLOAD, (long) OFFLOADS));
        }
        return udp;
    }

    private static String hint(int result) {
        if (Errno.EPERM.is(result) || Errno.EACCES.is(result)) {
            return "a TUN device needs root or CAP_NET_ADMIN";
        }
        if (Errno.ENOENT.is(result) || Errno.ENODEV.is(result)) {
            return "load the kernel module tun, and give a container --device " + DEVICE;
        }
        return Errno.EBUSY.is(result) ? "another process has this interface: does Vanth run already here?" : "";
    }

    private static void bringUp(String name, int mtu) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.ROUTE)) {
            var links = new Links(socket);
            NetworkLink link = links.find(name)
                    .orElseThrow(() -> new IOException("interface " + name + " went away at once"));
            links.silence(link.index());
            links.queue(link.index(), QUEUE);
            links.limitSuperPackets(link.index(), MAX_SUPER_PACKET);
            links.up(link.index(), mtu);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean takesUdpSegments() {
        return udpSegments;
    }

    @Override
    public int read(PacketBatch batch) throws IOException {
        int before = batch.count();
        while (batch.room() >= MAX_PACKET) {
            int length = Libc.read(descriptor, batch.bytes(), batch.next() - VirtioHeader.LENGTH,
                    VirtioHeader.LENGTH + MAX_PACKET);
            if (Errno.EAGAIN.is(length)) {
                break;
            }
            if (!Errno.EINTR.is(length)) {
                int packet = checkRead(length) - VirtioHeader.LENGTH;
                VirtioHeader.read(batch, batch.add(packet));
            }
        }
        return batch.count() - before;
    }

    private int checkRead(int length) throws LinuxException {
        if (length < 0) {
            throw new LinuxException("read " + name, -length, "the interface is gone");
        }
        return length;
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
    public int write(PacketBatch batch) throws IOException {
        int taken = 0;
        for (int index = 0; index < batch.count(); index++) {
            VirtioHeader.write(batch, index);
            int result = Libc.write(descriptor, batch.bytes(), batch.offset(index) - VirtioHeader.LENGTH,
                    VirtioHeader.LENGTH + batch.length(index));
            if (result >= 0) {
                taken++;
            } else if (Errno.EBADFD.is(result) || Errno.EBADF.is(result)) {
                throw new LinuxException("write " + name, -result, "the interface is gone");
            }
        }
        return taken;
    }

    @Override
    public synchronized void remove() {
        if (!closed) {
            try {
                last(false);
            } catch (LinuxException refused) {
                LOG.warn("interface {} stays: {}", name, refused.getMessage());
            }
            close();
        }
    }

    @Override
    public void abandon() {
        if (takenOver) {
            close();
        } else {
            remove();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            readiness.close();
            io.vanth.dataplane.netlink.linux.Libc.close(descriptor);
        }
    }
}
