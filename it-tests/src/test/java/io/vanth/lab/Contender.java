package io.vanth.lab;

import java.util.List;
import java.util.Optional;

/// What carries a tunnel between two sites in a measurement, the same at both ends. All tunnels have an MTU of 1400.
enum Contender {
    /// The userspace engine, ESP in UDP with AES-128-GCM.
    VANTH("Vanth") {
        @Override
        void bringUp(Topology net, Link link) {
            net.b().vanth(net.atB(link));
            net.a().vanth(link).up(link);
        }
    },
    /// The userspace engine without a cipher: what all the rest costs. ESP may not be without integrity too, and of what
    /// IKE offers with NULL (RFC 2410) HMAC-SHA1-96 is the cheapest.
    VANTH_NULL("Vanth-NULL") {
        @Override
        void bringUp(Topology net, Link link) {
            VANTH.bringUp(net, link.esp("null-sha1"));
        }
    },
    /// charon with kernel-libipsec, ESP in UDP with AES-128-GCM.
    STRONGSWAN("strongSwan") {
        @Override
        void bringUp(Topology net, Link link) {
            net.b().strongSwan(net.atB(link));
            net.a().strongSwan(link).up(link);
        }
    },
    /// wireguard-go, ChaCha20-Poly1305: it has no other cipher.
    WIREGUARD_GO("wireguard-go") {
        @Override
        Optional<String> absent() {
            return WireGuardGo.absent();
        }

        @Override
        void bringUp(Topology net, Link link) {
            WireGuardGo.between(net, link);
        }
    };

    /// The MTU that Vanth and charon give their tunnels.
    static final int MTU = 1400;

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /// Why it cannot take part.
    Optional<String> absent() {
        return Optional.empty();
    }

    abstract void bringUp(Topology net, Link link);

    /// Those that can take part; of the others, why not, is printed.
    static List<Contender> present() {
        return List.of(values()).stream().filter(each -> {
            Optional<String> reason = each.absent();
            reason.ifPresent(why -> System.out.printf("without %s: %s%n", each.title, why));
            return reason.isEmpty();
        }).toList();
    }
}
