package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Mode;
import io.vanth.lab.Link.Start;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// A [Link] in Vanth's own words.
final class VanthConfig {
    private VanthConfig() {}

    /// The whole file.
    static String of(Path socket, List<Link> links) {
        return """
            control:
              socket: %s
            metrics:
              listen: 127.0.0.1:9464
            dataPlane:
              name: userspace
              interface: vanth0
            connections:
            """.formatted(socket) + links.stream().map(VanthConfig::connection).collect(Collectors.joining());
    }

    static String secretFile(Link link) {
        return link.name() + ".psk";
    }

    private static String connection(Link link) {
        return """
              %s:
                local:
                  address: "%s"
                  id: "%s"
                remote:
                  address: "%s"
                  id: "%s"
                %s
                mode: %s
                proposals: [%s]
                allow: [%s]
                lifetime: %ds
                start: %s
                encapsulation: %s
                fragmentSize: %d
                dpd:
                  delay: %ds
                  timeout: %ds
                  action: %s
                tunnels:
                  %s:
                    local: "%s"
                    remote: "%s"
                    proposals: [%s]
                    lifetime: %ds
            """.formatted(link.name(), link.local().address(), link.local().id(), link.remote().address(),
                link.remote().id(), authentication(link), mode(link), link.ike(), allowed(link),
                link.phaseOne().toSeconds(), start(link.start()),
                link.encapsulation() == Encapsulation.YES ? "\"yes\"" : "auto", link.datagram(),
                link.dpd().delay().toSeconds(),
                link.dpd().timeout().toSeconds(), action(link.start()), Link.TUNNEL,
                link.local().network(), link.remote().network(), link.esp(), link.lifetime().toSeconds());
    }

    private static String mode(Link link) {
        return link.mode() == Mode.AGGRESSIVE ? "aggressive" : "main";
    }

    /// In aggressive mode the pre-shared key is at risk, as must be said.
    private static String allowed(Link link) {
        return link.mode() == Mode.AGGRESSIVE ? "weakAlgorithms, aggressivePsk" : "weakAlgorithms";
    }

    private static String authentication(Link link) {
        return link.local().proof().map(proof -> proof.forVanth(link))
                .orElse("psk: {file: %s}".formatted(secretFile(link)));
    }

    /// What becomes of the tunnels of a dead peer.
    private static String action(Start start) {
        return switch (start) {
            case ALWAYS -> "restart";
            case ON_DEMAND -> "hold";
            case PASSIVE -> "clear";
        };
    }

    private static String start(Start start) {
        return switch (start) {
            case ALWAYS -> "always";
            case ON_DEMAND -> "onDemand";
            case PASSIVE -> "passive";
        };
    }
}
