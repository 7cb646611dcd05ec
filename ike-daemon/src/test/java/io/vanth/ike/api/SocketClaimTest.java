package io.vanth.ike.api;

import io.vanth.ike.runtime.StartException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SocketClaimTest {
    @TempDir
    private Path folder;

    private static void assertRunsAlready(Path socket) {
        StartException refused = assertThrows(StartException.class, () -> SocketClaim.take(socket).close());
        assertTrue(refused.getMessage().contains("Vanth runs already here")
                && refused.getMessage().contains(socket.toString()), refused.getMessage());
    }

    @Test
    void oneHasItAtATime() throws Exception {
        Path socket = folder.resolve("run/vanth.sock");
        try (SocketClaim _ = SocketClaim.take(socket)) {
            assertRunsAlready(socket);
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
            assertFalse(Files.exists(socket), "nobody is answered yet");
        }
        SocketClaim.take(socket).close();
    }

    /// As of a daemon that knows nothing of the lock.
    @Test
    void aSocketThatSomebodyAnswersOnIsLeftAlone() throws IOException {
        Path socket = folder.resolve("answers.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertRunsAlready(socket);
            assertTrue(Files.exists(socket));
        }
    }

    @Test
    void whatADeadDaemonLeftIsRemoved() throws Exception {
        Path socket = folder.resolve("stale.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
        }
        SocketClaim.take(socket).close();
        assertFalse(Files.exists(socket));
    }

    /// The kernel takes 107 bytes.
    @Test
    void aNameThatIsTooLongIsRefusedAtOnce() {
        StartException refused = assertThrows(StartException.class,
                () -> SocketClaim.take(folder.resolve("s".repeat(120))).close());
        assertTrue(refused.getMessage().contains("choose another control.socket"), refused.getMessage());
    }

    /// In a folder that others write into too.
    @Test
    void aLinkInPlaceOfTheLockIsNotFollowed() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "of somebody else");
        Files.createSymbolicLink(folder.resolve("vanth.sock.lock"), other);
        StartException refused = assertThrows(StartException.class,
                () -> SocketClaim.take(folder.resolve("vanth.sock")).close());
        assertTrue(refused.getMessage().contains("choose another control.socket"), refused.getMessage());
        assertEquals("of somebody else", Files.readString(other));
    }
}
