package io.vanth.ike.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The control socket of a daemon on this machine.
record SocketDoor(Path socket) implements Door {
    @Override
    public Line open(Duration patience) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            var patient = new PatientChannel(channel, patience);
            return new Line(patient.in(), patient.out(), patient);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    @Override
    public String headers() {
        return "Host: vanth\r\n";
    }

    @Override
    public String reason(IOException failed) {
        if (Files.notExists(socket)) {
            return "no daemon listens on %s (is it running? --socket or -c tells where)".formatted(socket);
        }
        if (failed instanceof AccessDeniedException || String.valueOf(failed.getMessage()).contains("ermission")) {
            return "%s belongs to another user (try as root)".formatted(socket);
        }
        return "no daemon answers on %s: %s".formatted(socket, failed.getMessage());
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
