package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A tunnel of wireguard-go, of the release in Debian's unstable distribution: the first with segmentation offload is
/// newer than the stable one. It is unpacked below `target` and not installed.
final class WireGuardGo {
    private static final Path FOLDER = Path.of("target", "wireguard-go").toAbsolutePath();
    private static final Path PROGRAMS = FOLDER.resolve("root/usr/bin");
    private static final Path MIRRORS = Path.of("/etc/apt/sources.list.d/debian.sources");
    private static final Path KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final int PORT = 51820;

    private WireGuardGo() {}

    /// Why there is none; fetches it first where it is not here yet.
    static synchronized Optional<String> absent() {
        if (Files.exists(PROGRAMS.resolve("wg")) && Files.exists(PROGRAMS.resolve("wireguard-go"))) {
            return Optional.empty();
        }
        Optional<String> mirror = mirror();
        if (mirror.isEmpty()) {
            return Optional.of("no Debian mirror in " + MIRRORS);
        }
        try {
            fetch(mirror.get());
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
    private static void fetch(String mirror) {
        try {
            Files.createDirectories(FOLDER.resolve("lists/partial"));
            Files.createDirectories(FOLDER.resolve("archives/partial"));
            Files.writeString(FOLDER.resolve("sources.list"),
                    "deb [signed-by=%s] %s unstable main%n".formatted(KEYS, mirror));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        apt("-o Acquire::Retries=3 -o Acquire::Languages=none update");
        apt("download wireguard-go");
        // Those of the unstable distribution need its C library.
        shell("apt-get download wireguard-tools");
        shell("for each in *.deb; do dpkg-deb -x $each root; done");
    }

    private static void apt(String words) {
        shell("apt-get -o Dir::Etc::sourcelist=$PWD/sources.list -o Dir::Etc::sourceparts=- "
                + "-o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD -o APT::Sandbox::User=root " + words);
    }

    private static void shell(String line) {
        Command.of("sh", "-ec", "cd \"$0\"; " + line, FOLDER.toString()).checked();
    }

    /// Joins the two networks of a link.
    static void between(Topology net, Link link) {
        String keyA = wg("genkey").checked().strip();
        String keyB = wg("genkey").checked().strip();
        end(net.a(), link, keyA, keyB);
        end(net.b(), net.atB(link), keyB, keyA);
    }

    private static void end(Site site, Link link, String ownKey, String peerKey) {
        String device = "wg-" + site.name();
        Path folder = site.lab().folder("wireguard-" + site.name());
        site.lab().own(site.gateway().start("wireguard-go", folder.resolve("wireguard.out"), Map.of(),
                List.of(PROGRAMS.resolve("wireguard-go").toString(), "-f", device)));
        Await.until(device + " can be configured", Duration.ofSeconds(20),
                () -> wg("show", device).in(site.gateway().name()).run().exit() == 0,
                () -> Daemon.read(folder.resolve("wireguard.out")));
        wg("setconf", device, "/dev/stdin").in(site.gateway().name()).input("""
            [Interface]
            PrivateKey = %s
            ListenPort = %d
            [Peer]
            PublicKey = %s
            AllowedIPs = %s
            Endpoint = %s:%d
            """.formatted(ownKey, PORT, wg("pubkey").input(peerKey + "\n").checked().strip(),
                link.remote().network(), link.remote().address(), PORT)).checked();
        site.gateway().ip("link set %s mtu %d up".formatted(device, Contender.MTU));
        site.gateway().ip("route add %s dev %s".formatted(link.remote().network(), device));
    }

    private static Command wg(String... words) {
        return Command.of(Stream.concat(Stream.of(PROGRAMS.resolve("wg").toString()), Stream.of(words)).toList());
    }
}
