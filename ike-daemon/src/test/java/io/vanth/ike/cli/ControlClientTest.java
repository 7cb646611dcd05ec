package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

    /// The API's own remedy is for who writes requests by hand.
    @Test
    void whoIsNotLetInIsToldTheOptions() {
        var body = JsonNodeFactory.instance.objectNode().put("status", 401).put("detail", "the bearer token is missing")
                .put("remedy", "send 'Authorization: Bearer TOKEN'");
        assertEquals("the bearer token is missing: write --token-file, or --cert and --key, as its control.token and "
                + "control.tls.ca ask for it", ControlClient.wrong(body, "401"));
        assertEquals("no: ask for http://localhost", ControlClient.wrong(body.put("status", 403).put("detail", "no")
                .put("remedy", "ask for http://localhost"), "403"));
    }
}
