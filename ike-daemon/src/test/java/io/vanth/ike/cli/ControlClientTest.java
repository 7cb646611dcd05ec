package io.vanth.ike.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlClientTest {
    @TempDir
    private Path folder;

    /// A stopped process still has connections taken by its kernel.
    @Test
    void aDaemonThatHangsIsSaidToHang() throws IOException {
        Path socket = folder.resolve("hanging.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            var client = new ControlClient(new SocketDoor(socket), Duration.ofMillis(50));
            Refusal refusal = assertThrows(Refusal.class, () -> client.get("/api/status"));
            assertTrue(refusal.getMessage().contains("does not answer"), refusal::getMessage);
        }
    }
}
