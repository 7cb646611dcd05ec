package io.vanth.ike.runtime;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// What sd_notify(3) says goes in datagrams to the socket that the environment names.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SupervisorTest {
    private static final int LONGEST = 200;

    private Path folder;
    private Socket listening;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Epoll.isAvailable(), "no native transport here");
        // Its path may have 108 bytes.
        folder = Files.createTempDirectory("vanth");
        listening = Socket.newSocketDomainDgram();
    }

    @AfterEach
    void close() throws IOException {
        if (listening != null) {
            listening.close();
            Files.deleteIfExists(folder.resolve("notify"));
            Files.delete(folder);
        }
    }

    private String next() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
        byte[] text = new byte[listening.recv(buffer, 0, LONGEST)];
        buffer.get(0, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private Supervisor at(String address, String variable) throws IOException {
        listening.bind(new DomainSocketAddress(address));
        return new Supervisor(Optional.of(variable));
    }

    @Test
    void is_told_how_the_service_does() throws IOException {
        String path = folder.resolve("notify").toString();
        Supervisor supervisor = at(path, path);
        supervisor.ready();
        supervisor.status("1 of 2 tunnel(s) up");
        supervisor.status("1 of 2 tunnel(s) up");
        supervisor.stopping();
        assertEquals("READY=1", next());
        assertEquals("STATUS=1 of 2 tunnel(s) up", next());
        assertEquals("STOPPING=1", next());
    }

    /// unix(7): abstract.
    @Test
    void may_have_an_abstract_socket() throws IOException {
        String name = folder.getFileName().toString();
        at('\0' + name, "@" + name).ready();
        assertEquals("READY=1", next());
    }

    /// The daemon serves on without it.
    @Test
    void may_be_gone_or_never_have_been() {
        for (String variable : new String[]{folder.resolve("none").toString(), "@" + folder.getFileName(), ""}) {
            assertDoesNotThrow(new Supervisor(Optional.of(variable))::ready);
        }
        assertDoesNotThrow(new Supervisor(Optional.empty())::ready);
    }
}
