package io.vanth.lab;

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
    private static final int PORT = 51820;

    private WireGuardGo() {}

    /// Why there is none; fetches it first where it is not here yet.
    static synchronized Optional<String> absent() {
        return Files.exists(PROGRAMS.resolve("wg")) && Files.exists(PROGRAMS.resolve("wireguard-go"))
                ? Optional.empty()
                // Tools of the unstable distribution need its C library.
                : Unstable.unpack(FOLDER, "wireguard-go").or(() -> Unstable.unpackStable(FOLDER, "wireguard-tools"));
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
