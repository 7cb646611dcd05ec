package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Mode;
import io.vanth.lab.Link.Start;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A [Link] in strongSwan's words.
final class SwanctlConfig {
    private static final String PLUGINS = "random drbg nonce aes aesni sha1 sha2 hmac kdf gmp curve25519 openssl gcm "
            + "pem pkcs1 pkcs8 x509 pubkey revocation constraints socket-default vici updown";
    /// Plugins: the first that offers a kernel's SAs and policies gives them.
    static final String USERSPACE_ESP = "kernel-libipsec kernel-netlink";
    static final String KERNEL_ESP = "kernel-netlink";

    private SwanctlConfig() {}

    /// strongswan.conf. A brace that closes stands on a line of its own, or the parser takes it for a value.
    static String daemon(Path folder, Path vici, int datagram, String esp) {
        return """
            charon {
              load_modular = no
              dos_protection = no
              i_dont_care_about_security_and_use_aggressive_mode_psk = yes
              load = %s %s
              fragment_size = %d
              filelog {
                log {
                  path = %s/charon.log
                  time_format = %%H:%%M:%%S
                  time_add_ms = yes
                  append = yes
                  flush_line = yes
                  default = 1
                }
              }
              plugins {
                vici {
                  socket = unix://%s
                }
              }
            }
            """.formatted(PLUGINS, esp, datagram, folder, vici);
    }

    /// swanctl.conf.
    ///
    /// @param interfaceId of the XFRM interface that all tunnels go through; 0 for none
    static String connections(List<Link> links, int interfaceId) {
        return "connections {\n"
                + links.stream().map(link -> connection(link, interfaceId)).collect(Collectors.joining())
                + "}\nsecrets {\n" + links.stream()
                        .filter(link -> link.local().proof().isEmpty()).map(SwanctlConfig::secret)
                        .collect(Collectors.joining())
                + "}\n";
    }

    /// Phase 1 is rekeyed a little before half its lifetime, by chance.
    private static String connection(Link link, int interfaceId) {
        return """
              %s {
                version = 1
                aggressive = %s
                local_addrs = %s
                remote_addrs = %s
                encap = %s
                proposals = %s
                rekey_time = %ds
                over_time = %ds
                rand_time = %ds
                dpd_delay = %ds
                dpd_timeout = %ds
                %s
                local {
                  %s
                  id = "%s"
                }
                remote {
                  %s
                  id = "%s"
                }
                children {
            %s
                }
              }
            """.formatted(link.name(), link.mode() == Mode.AGGRESSIVE ? "yes" : "no", link.local().address(),
                link.remote().address(),
                link.encapsulation() == Encapsulation.YES ? "yes" : "no", link.ike(),
                link.phaseOne().toSeconds() / 2, link.phaseOne().toSeconds() / 2, link.phaseOne().toSeconds() / 8,
                link.dpd().delay().toSeconds(), link.dpd().timeout().toSeconds(),
                link.local().proof().map(proof -> String.join("\n    ", proof.more())).orElse(""),
                proof(link, Proof::own),
                link.local().id(), proof(link, Proof::peer), link.remote().id(),
                child(link, interfaceId).indent(6).stripTrailing());
    }

    private static String proof(Link link, BiFunction<Proof, Link, String> side) {
        return link.local().proof().map(proof -> "auth = pubkey\n      " + side.apply(proof, link))
                .orElse("auth = psk");
    }

    /// It starts a rekey at half the lifetime, without a random margin: the test knows when.
    private static String child(Link link, int interfaceId) {
        long seconds = link.lifetime().toSeconds();
        return """
            %s {
              local_ts = %s
              remote_ts = %s
              esp_proposals = %s
              life_time = %ds
              rekey_time = %ds
              rand_time = 0s
              start_action = %s
              dpd_action = %s
              if_id_in = %d
              if_id_out = %d
            }
            """.formatted(Link.TUNNEL, link.local().network(), link.remote().network(), link.esp(), seconds,
                seconds / 2, action(link.start()), link.start() == Start.ALWAYS ? "restart" : "clear",
                interfaceId, interfaceId);
    }

    private static String action(Start start) {
        return switch (start) {
            case ALWAYS -> "start";
            case ON_DEMAND -> "trap";
            case PASSIVE -> "none";
        };
    }

    /// Owned by both sides' identities and addresses: main mode looks it up before it knows the peer's identity.
    private static String secret(Link link) {
        String owners = Stream.of(link.local(), link.remote())
                .flatMap(end -> Stream.concat(Stream.of(end.id()), Stream.of(end.address().split(", ", -1))))
                .distinct().map(owner -> "\"%s\"".formatted(owner)).collect(numbered("    id-%d = %s\n"));
        return """
              ike-%s {
                secret = "%s"
            %s  }
            """.formatted(link.name(), link.secret(), owners);
    }

    private static Collector<String, ?, String> numbered(String format) {
        return Collectors.collectingAndThen(Collectors.toList(), all -> IntStream.range(0, all.size())
                .mapToObj(index -> format.formatted(index + 1, all.get(index))).collect(Collectors.joining()));
    }
}
