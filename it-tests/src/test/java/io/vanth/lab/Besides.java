package io.vanth.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a Vanth gets besides its links.
///
/// @param settings one line in YAML, for each connection; `LINK` in it is its name
/// @param only     the connection that the settings are for; empty for all
/// @param daemon   one line in YAML, for the daemon
/// @param control  the API on TCP, as in YAML's flow style: `listen: …, token: …`
/// @param files    files that it sees in the place of the system's
/// @param jvm      options for its JVM, with spaces between
record Besides(String settings, String only, String daemon, String control, Map<String, Path> files, String jvm) {
    static final Besides NOTHING = new Besides("", "", "", "", Map.of(), ClassCache.RUN.options());

    Besides {
        files = Map.copyOf(files);
    }

    static Besides settings(String line) {
        return new Besides(line, NOTHING.only, NOTHING.daemon, NOTHING.control, NOTHING.files, NOTHING.jvm);
    }

    String settings(Link link) {
        return only.isEmpty() || only.equals(link.name()) ? settings.replace("LINK", link.name()) : "";
    }

    /// The same, but the settings are for one connection only.
    Besides only(Link link) {
        return new Besides(settings, link.name(), daemon, control, files, jvm);
    }

    static Besides daemon(String line) {
        return new Besides(NOTHING.settings, NOTHING.only, line, NOTHING.control, NOTHING.files, NOTHING.jvm);
    }

    static Besides control(String entries) {
        return new Besides(NOTHING.settings, NOTHING.only, NOTHING.daemon, entries, NOTHING.files, NOTHING.jvm);
    }

    static Besides file(String systems, Path own) {
        return new Besides(NOTHING.settings, NOTHING.only, NOTHING.daemon, NOTHING.control, Map.of(systems, own),
                NOTHING.jvm);
    }

    static Besides jvm(String options) {
        return new Besides(NOTHING.settings, NOTHING.only, NOTHING.daemon, NOTHING.control, NOTHING.files, options);
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
