package io.vanth.ike.config;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the control socket in a file that need not be whole or readable otherwise.
public final class ControlSocket {
    private ControlSocket() {}

    /// The socket that `file` names, else the default.
    ///
    /// @throws IOException where there is no such file, or it cannot be read: another daemon must not be taken for its
    public static Path of(Path file) throws IOException {
        YamlDocument document = YamlDocument.parse(Files.readString(file), new Findings(file.toString()));
        return new Section(document, JsonPointer.empty(), new Findings(file.toString())).section("control")
                .text("socket").map(Path::of).orElse(ConfigLoader.DEFAULT_SOCKET);
    }
}
