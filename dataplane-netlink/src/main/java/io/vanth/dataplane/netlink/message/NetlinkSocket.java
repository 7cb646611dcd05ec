package io.vanth.dataplane.netlink.message;

import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.Libc;
import io.vanth.dataplane.netlink.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A netlink socket for requests. One request at a time: the methods wait for the kernel's answer, which it gives at
/// once.
public final class NetlinkSocket implements AutoCloseable {
    /// `NETLINK_ROUTE`: interfaces, addresses, routes, rules
    public static final int ROUTE = 0;
    /// `NETLINK_XFRM`: security associations and policies
    public static final int XFRM = 6;
    /// `NETLINK_NETFILTER`: nftables
    public static final int NETFILTER = 12;

    static final int AF_NETLINK = 16;
    static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    static final int SOCKADDR_LENGTH = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int PORT_OFFSET = 4;
    private static final int CHOSEN_BY_KERNEL = 0;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    private static final long TIMEOUT_SECONDS = 10;
    private static final int RECEIVE_LENGTH = 1 << 18;
    private static final int DUMP_ATTEMPTS = 20;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment receiveBuffer = arena.allocate(RECEIVE_LENGTH, Long.BYTES);
    private final int descriptor;
    private int sequence;
    private boolean closed;

    private NetlinkSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens a socket of a netlink family.
    public static NetlinkSocket open(int family) throws LinuxException {
        return open(family, CHOSEN_BY_KERNEL);
    }

    /// Opens a socket with a port of its own. A network namespace has one socket of each family and port, and the port is
    /// free again when its process ends, however that happens: whoever has it is alone.
    ///
    /// @throws LinuxException with `EADDRINUSE` where another socket has the port
    public static NetlinkSocket open(int family, int port) throws LinuxException {
        int descriptor = LinuxException.check("socket(AF_NETLINK, %d)".formatted(family),
                Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, family));
        var socket = new NetlinkSocket(descriptor);
        try {
            socket.configure(port);
        } catch (LinuxException refused) {
            socket.close();
            throw refused;
        }
        return socket;
    }

    /// Sends a request and waits until the kernel has done it.
    public synchronized void request(MessageWriter message) throws IOException {
        message.addFlags(MessageWriter.ACK);
        exchange(message);
    }

    /// Sends a request that is answered by one message; empty where the kernel only acknowledges it.
    public synchronized Optional<NetlinkMessage> query(MessageWriter message) throws IOException {
        message.addFlags(MessageWriter.ACK);
        List<NetlinkMessage> answers = exchange(message);
        answers.stream().skip(1).forEach(NetlinkMessage::wipe);
        return answers.isEmpty() ? Optional.empty() : Optional.of(answers.getFirst());
    }

    /// All entries of a table. A dump during which the table changed may lack some, so it is repeated.
    public synchronized List<NetlinkMessage> dump(MessageWriter message) throws IOException {
        message.addFlags(MessageWriter.DUMP);
        return whole(message.name(), () -> exchange(message));
    }

    /// One attempt at what gives messages: a datagram, or a dump.
    interface Attempt {
        List<NetlinkMessage> run() throws IOException;
    }

    /// The answers of the first attempt that was not interrupted. Of the others nothing is left: there may be keys in them.
    static List<NetlinkMessage> whole(String name, Attempt dump) throws IOException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> answers = dump.run();
            if (answers.stream().noneMatch(answer -> (answer.flags() & NetlinkMessage.DUMP_INTERRUPTED) != 0)) {
                return answers.stream().filter(answer -> answer.type() != NetlinkMessage.DONE).toList();
            }
            answers.forEach(NetlinkMessage::wipe);
        }
        throw new IOException(name + ": the table changed during each of " + DUMP_ATTEMPTS + " dumps");
    }

    /// Sends messages as one datagram, which the kernel takes as a whole or not at all (nftables). The first and the
    /// last message only frame the others; the last but one is acknowledged.
    ///
    /// @return what the kernel echoed
    /// @throws LinuxException the first error; nothing has changed then
    public synchronized List<NetlinkMessage> transaction(List<MessageWriter> messages) throws IOException {
        messages.get(messages.size() - 2).addFlags(MessageWriter.ACK);
        int first = sequence + 1;
        var datagram = new ByteArrayOutputStream();
        for (MessageWriter message : messages) {
            datagram.writeBytes(message.finish(++sequence));
        }
        send(messages.getFirst().name(), datagram.toByteArray());
        var echoed = new ArrayList<NetlinkMessage>();
        boolean acknowledged = false;
        for (List<NetlinkMessage> answers = receive(MSG_DONTWAIT); !answers.isEmpty(); answers = receive(
                MSG_DONTWAIT)) {
            for (NetlinkMessage answer : answers) {
                if (answer.sequence() - first < 0) {
                    continue;
                }
                if (answer.type() == NetlinkMessage.ERROR) {
                    throwError(messages.get(answer.sequence() - first).name(), answer);
                    acknowledged = true;
                } else {
                    echoed.add(answer);
                }
            }
        }
        if (!acknowledged) {
            throw new IOException(messages.getFirst().name() + ": no answer from the kernel");
        }
        return echoed;
    }

    private void configure(int port) throws LinuxException {
        option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment timeval = scratch.allocate(2 * Long.BYTES, Long.BYTES);
            timeval.set(ValueLayout.JAVA_LONG, 0, TIMEOUT_SECONDS);
            LinuxException.check("setsockopt(SO_RCVTIMEO)",
                    Libc.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval));
            MemorySegment address = scratch.allocate(SOCKADDR_LENGTH, Integer.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
            address.set(ValueLayout.JAVA_INT, PORT_OFFSET, port);
            LinuxException.check("bind(AF_NETLINK)", Libc.bind(descriptor, address));
        }
    }

    private void option(int level, int option, int value) throws LinuxException {
        try (Arena scratch = Arena.ofConfined()) {
            LinuxException.check("setsockopt(SOL_NETLINK, %d)".formatted(option),
                    Libc.setsockopt(descriptor, level, option, scratch.allocateFrom(ValueLayout.JAVA_INT, value)));
        }
    }

    /// Sends one message and collects what answers it, up to its acknowledgement or the end of the dump (which stays in
    /// the list: it too can say that the dump was interrupted).
    private List<NetlinkMessage> exchange(MessageWriter message) throws IOException {
        int mine = ++sequence;
        send(message.name(), message.finish(mine));
        return answers(message.name(), mine, () -> receive(0));
    }

    /// The answers of number `mine`, from as many datagrams as it takes. Of others, and of all where it fails half way,
    /// nothing is left: there may be keys in them.
    static List<NetlinkMessage> answers(String name, int mine, Attempt datagrams) throws IOException {
        var answers = new ArrayList<NetlinkMessage>();
        boolean complete = false;
        try {
            while (!complete) {
                for (NetlinkMessage answer : datagrams.run()) {
                    complete |= take(name, mine, answer, answers);
                }
            }
            return answers;
        } finally {
            if (!complete) {
                answers.forEach(NetlinkMessage::wipe);
            }
        }
    }

    /// Whether it is the last answer.
    private static boolean take(String name, int mine, NetlinkMessage answer, List<NetlinkMessage> answers)
            throws IOException {
        if (answer.sequence() != mine || answer.type() == NetlinkMessage.NOOP) {
            answer.wipe();
            return false;
        }
        if (answer.type() == NetlinkMessage.ERROR) {
            throwError(name, answer);
            return true;
        }
        answers.add(answer);
        if (answer.type() == NetlinkMessage.DONE) {
            throwError(name, answer);
            return true;
        }
        return false;
    }

    private static void throwError(String call, NetlinkMessage answer) throws IOException {
        if (answer.errno() != 0) {
            throw new LinuxException(call, answer.errno(), answer.extendedText());
        }
    }

    /// There may be keys in it: no copy is left.
    private void send(String call, byte[] datagram) throws LinuxException {
        if (closed) {
            throw new LinuxException(call, Errno.EBADF.number(), "the netlink socket is closed");
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocate(datagram.length, Long.BYTES);
            MemorySegment.copy(datagram, 0, bytes, ValueLayout.JAVA_BYTE, 0, datagram.length);
            int sent = Libc.send(descriptor, bytes, 0);
            bytes.fill((byte) 0);
            LinuxException.check(call, sent);
        } finally {
            Arrays.fill(datagram, (byte) 0);
        }
    }

    /// The messages of one datagram; none only where `MSG_DONTWAIT` was asked for and nothing waits.
    private List<NetlinkMessage> receive(int flags) throws IOException {
        int length = Libc.recv(descriptor, receiveBuffer, flags | MSG_TRUNC);
        while (Errno.EINTR.is(length)) {
            length = Libc.recv(descriptor, receiveBuffer, flags | MSG_TRUNC);
        }
        if (Errno.EAGAIN.is(length) && flags == MSG_DONTWAIT) {
            return List.of();
        }
        LinuxException.check("recv(AF_NETLINK)", length);
        if (length > RECEIVE_LENGTH) {
            throw new IOException("netlink datagram of %d bytes, longer than %d".formatted(length, RECEIVE_LENGTH));
        }
        MemorySegment datagram = receiveBuffer.asSlice(0, length);
        try {
            return NetlinkMessage.readAll(datagram.asByteBuffer());
        } finally {
            datagram.fill((byte) 0);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(descriptor);
            arena.close();
        }
    }
}
