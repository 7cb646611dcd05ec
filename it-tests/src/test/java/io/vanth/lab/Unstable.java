package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Programs of Debian's unstable distribution, for what the stable one has only of years ago. They are unpacked below a
/// folder and not installed.
final class Unstable {
    private static final Path MIRRORS = Path.of("/etc/apt/sources.list.d/debian.sources");
    private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    private Unstable() {}

    /// Unpacks packages below `folder/root`; why that fails, otherwise.
    ///
    /// @param packages their names, with a blank between them
    static Optional<String> unpack(Path folder, String packages) {
        Optional<String> mirror = mirror();
        if (mirror.isEmpty()) {
            return Optional.of("no Debian mirror in " + MIRRORS);
        }
        return refusal(() -> {
            prepare(folder, mirror.get());
            apt(folder, "-o Acquire::Retries=3 -o Acquire::Languages=none update");
            apt(folder, "download " + packages);
            unpackAll(folder);
        });
    }

    /// As [#unpack(Path, String)], of the machine's own distribution.
    static Optional<String> unpackStable(Path folder, String packages) {
        return refusal(() -> {
            shell(folder, "apt-get download " + packages);
            unpackAll(folder);
        });
    }

    private static Optional<String> refusal(Runnable steps) {
        try {
            steps.run();
            return Optional.empty();
        } catch (AssertionError refused) {
            return Optional.of(refused.getMessage().lines().findFirst().orElse("apt-get failed"));
        }
    }

    private static Optional<String> mirror() {
        return Daemon.read(MIRRORS).lines().filter(line -> line.startsWith("URIs: "))
                .map(line -> line.substring("URIs: ".length()).strip()).findFirst();
    }

    /// With lists of its own, so that the machine's apt does not learn of the unstable distribution.
    private static void prepare(Path folder, String mirror) {
        try {
            Files.createDirectories(folder.resolve("lists/partial"));
            Files.createDirectories(folder.resolve("archives/partial"));
            Files.writeString(folder.resolve("sources.list"),
                    "deb [signed-by=%s] %s unstable main%n".formatted(KEYS, mirror));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void apt(Path folder, String words) {
        shell(folder, "apt-get -o Dir::Etc::sourcelist=$PWD/sources.list -o Dir::Etc::sourceparts=- "
                + "-o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD -o APT::Sandbox::User=root " + words);
    }

    private static void unpackAll(Path folder) {
        shell(folder, "for each in *.deb; do dpkg-deb -x $each root; done");
    }

    private static void shell(Path folder, String line) {
        Command.of("sh", "-ec", "cd \"$0\"; " + line, folder.toString()).checked();
    }
}
