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
    static String of(Path socket, List<Link> links, Besides besides) {
        return """
            control: {socket: "%s", %s}
            metrics:
              listen: 127.0.0.1:9464
            dataPlane:
              name: %s
              interface: vanth0
            %s
            connections:
            """.formatted(socket, besides.control(), plane(links.getFirst()), besides.daemon())
                + links.stream().map(link -> connection(link, besides)).collect(Collectors.joining());
    }

    private static String plane(Link link) {
        return switch (link.plane()) {
            case USERSPACE -> "userspace";
            case KERNEL -> "netlink";
        };
    }

    static String secretFile(Link link) {
        return link.name() + ".psk";
    }

    private static String encapsulation(Encapsulation when) {
        return switch (when) {
            case AUTO -> "auto";
            case YES -> "yes";
            case NO -> "no";
        };
    }

    private static String connection(Link link, Besides besides) {
        return """
              %s:
                local: {%sid: "%s"}
                remote:
                  address: %s
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
                %s
                tunnels:
                  %s:
                    local: "%s"
                    remote: "%s"
                    proposals: [%s]
                    lifetime: %ds
            """.formatted(link.name(), own(link), link.local().id(), peers(link),
                link.remote().id(), authentication(link), mode(link), link.ike(), allowed(link),
                link.phaseOne().toSeconds(), start(link.start()),
                encapsulation(link.encapsulation()), link.datagram(),
                link.dpd().delay().toSeconds(),
                link.dpd().timeout().toSeconds(), action(link.start()), besides.settings(link), Link.TUNNEL,
                link.local().network(), link.remote().network(), link.esp(), link.lifetime().toSeconds());
    }

    /// The address, the interface, or nothing for the route.
    private static String own(Link link) {
        String address = link.local().address();
        return switch (address) {
            case "" -> "";
            default -> address.contains(".") || address.contains(":")
                    ? "address: \"%s\", ".formatted(address)
                    : "interface: %s, ".formatted(address);
        };
    }

    /// One address or name, or several with commas between them.
    private static String peers(Link link) {
        String all = link.remote().address().replace(", ", "\", \"");
        return all.equals(link.remote().address()) ? "\"%s\"".formatted(all) : "[\"%s\"]".formatted(all);
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
