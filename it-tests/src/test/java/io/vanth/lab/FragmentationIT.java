package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The path carries no large IKE datagram, nor fragments of IP: key exchanges go in pieces.
@InLab
final class FragmentationIT {
    private static final int DATAGRAM = 300;
    private static final int IP_HEADER = 20;

    /// The default, which most paths carry.
    private static final int LARGE_DATAGRAM = 1280;
    private static final int MANY_NAMES = 80;

    @ParameterizedTest
    @EnumSource
    void smallMessagesOnANarrowPath(Role role, Lab lab) {
        var net = narrow(lab, DATAGRAM);
        var link = net.link().datagram(DATAGRAM).esp("aes128gcm16-modp2048");
        var peers = Peers.begin(net, role, link);
        peers.upAndDown(role, link, () -> assertPieces(peers.swan(), 2));
    }

    /// Many names: six kilobytes and more from each side, and no fragment of IP arrives.
    @ParameterizedTest
    @EnumSource
    void largeCertificatesOnAnOrdinaryPath(Role role, Lab lab) {
        var root = Authority.root("C=DE, O=Lab, CN=Root");
        var branch = root.authority("C=DE, O=Lab, CN=Branch");
        var net = narrow(lab, LARGE_DATAGRAM);
        var link = net.link().datagram(LARGE_DATAGRAM);
        var certified = link.local(link.local().proves("a.example", large("a.example", root, branch)))
                .remote(link.remote().proves("b.example", large("b.example", root, branch)));
        var peers = Peers.begin(net, role, certified);
        peers.upAndDown(role, certified, () -> assertPieces(peers.swan(), 5));
    }

    private static Proof large(String name, Authority root, Authority branch) {
        String[] names = IntStream.range(0, MANY_NAMES)
                .mapToObj(each -> each == 0 ? name : "a-rather-long-name-of-a-gateway-%02d.%s".formatted(each, name))
                .toArray(String[]::new);
        Request request = Request.of("C=DE, O=Lab, CN=gateway", Keys.rsa(2048), names);
        return Proof.of(request.key(), List.of(branch.issue(request), branch.certificate()), root.certificate());
    }

    /// No IKE datagram above this many bytes arrives at either gateway, and no fragment of IP.
    private static Topology narrow(Lab lab, int bytes) {
        var net = lab.siteToSite();
        for (Site site : new Site[]{net.a(), net.b()}) {
            // Two pieces may leave as one (UDP segmentation offload): a wire has them apart, and so must this one.
            site.gateway().ip("link set dev " + Site.WAN + " gso_max_segs 1");
            // With the UDP header, without that of IP. On port 4500 a zero SPI marks IKE.
            site.gateway().nft("""
                table ip narrow {
                    chain arrives {
                        type filter hook prerouting priority -450
                        iifname "%1$s" ip frag-off & 0x3fff != 0 drop
                        iifname "%1$s" udp dport 500 udp length > %2$d drop
                        iifname "%1$s" udp dport 4500 @th,64,32 0 udp length > %2$d drop
                    }
                }
                """.formatted(Site.WAN, bytes - IP_HEADER));
        }
        return net;
    }

    private static void assertPieces(StrongSwan swan, int least) {
        assertTrue(swan.logged("received fragment #").size() >= least, "strongSwan has put pieces together");
        assertFalse(swan.logged("splitting IKE message").isEmpty(), "strongSwan has sent pieces");
    }
}
