package io.vanth.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A network namespace: a machine of its own as far as the network is concerned.
record Namespace(String name) implements AutoCloseable {
    static Namespace create(String name) {
        Command.of("ip", "netns", "add", name).checked();
        Namespace namespace = new Namespace(name);
        namespace.ip("link set lo up");
        return namespace;
    }

    /// Runs `ip` with these words here.
    String ip(String words) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(words.split(" ", -1)));
        return Command.of(command).checked();
    }

    Command command(String... words) {
        return Command.of(words).in(name);
    }

    /// A process that stays, with a private `/run`, as several daemons of one kind on one machine need it.
    ///
    /// @param run bound on `/run`
    Daemon startWithOwnRun(String program, Path log, Path run, Map<String, String> environment, List<String> words) {
        List<String> inside = new ArrayList<>(List.of("sh", "-c", "mount --bind \"$0\" /run && exec \"$@\"",
                run.toString()));
        inside.addAll(words);
        return start(program, log, environment, inside);
    }

    Daemon start(String program, Path log, Map<String, String> environment, List<String> words) {
        return Daemon.start(program + " in " + name, log, environment, Command.of(words).in(name).words());
    }

    void set(String key, int value) {
        command("sh", "-c", "echo %d > /proc/sys/%s".formatted(value, key.replace('.', '/'))).checked();
    }

    void nft(String rules) {
        command("nft", "-f", "-").input(rules).checked();
    }

    @Override
    public void close() {
        Command.of("ip", "netns", "del", name).checked();
    }
}
