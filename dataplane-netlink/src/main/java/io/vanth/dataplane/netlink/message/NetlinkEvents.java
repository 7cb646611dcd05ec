package io.vanth.dataplane.netlink.message;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.Libc;
import io.vanth.dataplane.netlink.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// A netlink socket that hears what the kernel tells everybody, on a thread of its own.
public final class NetlinkEvents implements AutoCloseable {
    private static final int GROUPS_OFFSET = 8;
    private static final int RECEIVE_LENGTH = 1 << 16;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    /// `struct pollfd`: descriptor i32, events i16, what happened i16
    private static final int POLLFD_LENGTH = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_HAPPENED = 6;
    private static final int FOR_EVER = -1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int BUFFER_BYTES = 4 << 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(RECEIVE_LENGTH, Long.BYTES);
    private final MemorySegment polled = arena.allocate(2L * POLLFD_LENGTH, Long.BYTES);
    private final int socket;
    private final int end;
    private Thread thread;

    /// Who hears the events, on the thread of the socket.
    public interface Listener {
        /// The kernel tells something.
        void heard(NetlinkMessage message);

        /// The kernel told more than the socket could hold: something was missed.
        void missed();

        /// Nothing will be heard any more.
        void failed(IOException cause);
    }

    private NetlinkEvents(int socket, int end) {
        this.socket = socket;
        this.end = end;
    }

    /// Joins multicast groups of a netlink family.
    ///
    /// @param groups bit `n - 1` for group `n`
    public static NetlinkEvents open(int family, int groups) throws LinuxException {
        int socket = LinuxException.check("socket(AF_NETLINK, %d)".formatted(family),
                Libc.socket(NetlinkSocket.AF_NETLINK, NetlinkSocket.SOCK_RAW_CLOEXEC, family));
        int end = Libc.eventfd(0, EFD_CLOEXEC);
        try (Arena scratch = Arena.ofConfined()) {
            LinuxException.check("eventfd()", end);
            MemorySegment address = scratch.allocate(NetlinkSocket.SOCKADDR_LENGTH, Integer.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) NetlinkSocket.AF_NETLINK);
            address.set(ValueLayout.JAVA_INT, GROUPS_OFFSET, groups);
            LinuxException.check("bind(AF_NETLINK, groups 0x%x)".formatted(groups), Libc.bind(socket, address));
            MemorySegment bytes = scratch.allocateFrom(ValueLayout.JAVA_INT, BUFFER_BYTES);
            LinuxException.check("setsockopt(SO_RCVBUFFORCE)",
                    Libc.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, bytes));
        } catch (LinuxException refused) {
            Libc.close(socket);
            if (end >= 0) {
                Libc.close(end);
            }
            throw refused;
        }
        return new NetlinkEvents(socket, end);
    }

    /// Starts to listen.
    public void start(String name, Listener listener) {
        thread = Thread.ofPlatform().name(name).daemon().start(() -> listen(listener));
    }

    private void listen(Listener listener) {
        try {
            while (awaitMessage()) {
                int length = Libc.recv(socket, buffer, 0);
                if (Errno.ENOBUFS.is(length)) {
                    listener.missed();
                } else if (!Errno.EINTR.is(length)) {
                    LinuxException.check("recv(AF_NETLINK)", length);
                    List<NetlinkMessage> messages = NetlinkMessage
                            .readAll(buffer.asSlice(0, length).asByteBuffer());
                    messages.forEach(listener::heard);
                }
            }
        } catch (IOException broken) {
            listener.failed(broken);
        }
    }

    /// False at the end.
    private boolean awaitMessage() throws LinuxException {
        watch(0, socket);
        watch(1, end);
        int ready = Libc.poll(polled, 2, FOR_EVER);
        while (Errno.EINTR.is(ready)) {
            ready = Libc.poll(polled, 2, FOR_EVER);
        }
        LinuxException.check("poll(AF_NETLINK)", ready);
        return polled.get(ValueLayout.JAVA_SHORT, POLLFD_LENGTH + POLLFD_HAPPENED) == 0;
    }

    private void watch(int index, int descriptor) {
        polled.set(ValueLayout.JAVA_INT, (long) index * POLLFD_LENGTH, descriptor);
        polled.set(ValueLayout.JAVA_SHORT, (long) index * POLLFD_LENGTH + POLLFD_EVENTS, POLLIN);
    }

    /// Ends the thread and leaves the groups. Not from the thread itself, and once.
    @Override
    public void close() {
        try (Arena scratch = Arena.ofConfined()) {
            Libc.write(end, scratch.allocateFrom(ValueLayout.JAVA_LONG, 1));
        }
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException remembered) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        Libc.close(socket);
        Libc.close(end);
        arena.close();
    }
}
