package io.vanth.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a Vanth gets besides its links.
///
/// @param settings one line in YAML, for each connection; `LINK` in it is its name
/// @param daemon   one line in YAML, for the daemon
/// @param files    files that it sees in the place of the system's
record Besides(String settings, String daemon, Map<String, Path> files) {
    static final Besides NOTHING = new Besides("", "", Map.of());

    Besides {
        files = Map.copyOf(files);
    }

    static Besides settings(String line) {
        return new Besides(line, "", Map.of());
    }

    String settings(Link link) {
        return settings.replace("LINK", link.name());
    }

    static Besides daemon(String line) {
        return new Besides("", line, Map.of());
    }

    static Besides file(String systems, Path own) {
        return new Besides("", "", Map.of(systems, own));
    }

    /// The command that runs `command` with the files; a namespace's processes have mounts of their own.
    List<String> around(List<String> command) {
        var words = new ArrayList<String>();
        new TreeMap<>(files).forEach((systems, own) -> words.addAll(List.of("sh", "-c",
                "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"", own.toString(), systems)));
        words.addAll(command);
        return words;
    }
}
