package io.vanth.lab;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;

/// The path carries no IKE datagram above 300 bytes, nor fragments of IP: key exchanges go in pieces.
@InLab
final class FragmentationIT {
    private static final int DATAGRAM = 300;

    @Test
    void vanthInitiates(Lab lab) {
        var net = narrow(lab);
        var link = net.link().datagram(DATAGRAM);
        var swan = net.b().strongSwan(net.atB(link));
        var vanth = net.a().vanth(link);
        vanth.up(link);
        assertPieces(swan);
        net.traffic(link).pingBothWays();
        vanth.down(link);
        swan.awaitGone(link);
    }

    @Test
    void peerInitiates(Lab lab) {
        var net = narrow(lab);
        var link = net.link().datagram(DATAGRAM).esp("aes128gcm16-modp2048");
        var swan = net.a().strongSwan(link);
        var vanth = net.b().vanth(net.atB(link));
        swan.up(link);
        vanth.awaitUp(link);
        assertPieces(swan);
        net.traffic(link).pingBothWays();
        swan.down(link);
        vanth.awaitDown(link);
    }

    private static Topology narrow(Lab lab) {
        var net = lab.siteToSite();
        for (Site site : new Site[]{net.a(), net.b()}) {
            // Two pieces may leave as one (UDP segmentation offload): a wire has them apart, and so must this one.
            site.gateway().ip("link set " + Site.WAN + " gso_max_segs 1");
            // With the UDP header: 300 bytes without the IP header. On port 4500 a zero SPI marks IKE.
            site.gateway().nft("""
                table ip narrow {
                    chain arrives {
                        type filter hook prerouting priority -450
                        iifname "%1$s" ip frag-off & 0x3fff != 0 drop
                        iifname "%1$s" udp dport 500 udp length > 280 drop
                        iifname "%1$s" udp dport 4500 @th,64,32 0 udp length > 280 drop
                    }
                }
                """.formatted(Site.WAN));
        }
        return net;
    }

    private static void assertPieces(StrongSwan swan) {
        assertFalse(swan.logged("received fragment #").isEmpty(), "strongSwan has put pieces together");
        assertFalse(swan.logged("splitting IKE message").isEmpty(), "strongSwan has sent pieces");
    }
}
