package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the control socket in a file that need not be whole or readable otherwise.
public final class ControlSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private ControlSocket() {}

    /// The socket that `file` names, else the default.
    public static Path of(Path file) {
        try {
            YamlDocument document = YamlDocument.parse(Files.readString(file), new Findings(file.toString()));
            return new Section(document, JsonPointer.empty(), new Findings(file.toString())).section("control")
                    .text("socket").map(Path::of).orElse(ConfigLoader.DEFAULT_SOCKET);
        } catch (IOException unreadable) {
            LOG.warn("{} cannot be read: {}", file, unreadable.toString());
            return ConfigLoader.DEFAULT_SOCKET;
        }
    }
}
