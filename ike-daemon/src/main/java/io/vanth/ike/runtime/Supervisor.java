package io.vanth.ike.runtime;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import io.vanth.ike.session.EngineStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who started this process and wants to know how it does, as systemd does of a service with `Type=notify`: sd_notify(3).
/// Where nobody asked, nothing is told.
public final class Supervisor {
    /// Names the Unix socket that takes the datagrams; `@` stands for the zero byte of an abstract one.
    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final Optional<byte[]> socket;
    private String status = "";

    /// @param socket its address, as in the environment
    Supervisor(Optional<String> socket) {
        this.socket = socket.filter(text -> !text.isEmpty())
                .map(text -> text.startsWith("@") ? '\0' + text.substring(1) : text)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /// That of this process.
    public static Supervisor ofProcess() {
        return new Supervisor(Optional.ofNullable(System.getenv(VARIABLE)));
    }

    /// All that is offered can be used.
    public void ready() {
        tell("READY=1");
    }

    /// It ends by itself, now that it was told to.
    public void stopping() {
        tell("STOPPING=1");
    }

    /// From now on it is told how many tunnels are up, every `millis` when that has changed.
    public void follow(Daemon daemon, long millis) {
        if (socket.isPresent()) {
            daemon.every(millis, () -> daemon.status().onSuccess(status -> status(summary(status))));
        }
    }

    private static String summary(EngineStatus status) {
        List<EngineStatus.TunnelStatus> tunnels = status.connections().stream()
                .flatMap(connection -> connection.tunnels().stream()).toList();
        return "%d of %d tunnel(s) up".formatted(
                tunnels.stream().filter(tunnel -> tunnel.state() == EngineStatus.State.UP).count(), tunnels.size());
    }

    /// One line for people, shown with the service; told when it is another one than before.
    synchronized void status(String line) {
        if (!line.equals(status)) {
            status = line;
            tell("STATUS=" + line);
        }
    }

    private void tell(String assignment) {
        if (socket.isEmpty()) {
            return;
        }
        if (!Epoll.isAvailable()) {
            LOG.warn("{} is not told {}: the JDK has no datagrams on Unix sockets, and Netty's are not available: {}",
                    VARIABLE, assignment, String.valueOf(Epoll.unavailabilityCause()));
            return;
        }
        try {
            send(socket.get(), assignment.getBytes(StandardCharsets.UTF_8));
        } catch (IOException refused) {
            LOG.warn("{} is not told {}: {}", VARIABLE, assignment, refused.getMessage());
        }
    }

    private static void send(byte[] to, byte[] datagram) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(datagram.length).put(datagram);
        Socket own = Socket.newSocketDomainDgram();
        try {
            own.sendToDomainSocket(buffer, 0, datagram.length, to);
        } finally {
            own.close();
        }
    }
}
