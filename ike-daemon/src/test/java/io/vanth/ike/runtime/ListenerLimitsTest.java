package io.vanth.ike.runtime;

import io.netty.bootstrap.ChannelInitializerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

class ListenerLimitsTest {
    private static final Path OPTIONS = Path.of("bin", "run.options");

    @Test
    void a_daemon_starts_with_netty_told_to_ask_for_them() throws IOException {
        assertTrue(Files.readAllLines(OPTIONS)
                .contains("-D" + ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY + "=serviceload"));
    }
}
