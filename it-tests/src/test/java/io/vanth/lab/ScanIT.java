package io.vanth.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What ike-scan, the usual scanner of IKE, is told about a gateway, and that it leaves nothing behind.
@InLab({Program.IP, Program.NFT, Program.SCAN})
final class ScanIT {
    /// Encryption, hash, authentication and group as RFC 2409 appendix A numbers them.
    private static final String CONFIGURED = "--trans=(1=7,14=256,2=4,3=1,4=14)";
    private static final String WEAK = "--trans=(1=1,2=1,3=1,4=1)";
    private static final String ENCRYPTION_ORACLE = "--trans=(1=7,14=256,2=4,3=4,4=14)";

    private static String scan(Topology net, String... options) {
        List<String> words = new ArrayList<>(List.of("ike-scan", "--multiline", "--nodns", "--retry=2"));
        words.addAll(List.of(options));
        words.add(net.link().remote().address());
        return net.a().gateway().command(words.toArray(String[]::new)).checked();
    }

    @Test
    void mainModeNamesTheChoiceAndLeavesNothingBehind(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.b().vanth(net.atB(net.link()));
        String chosen = scan(net, WEAK, CONFIGURED);
        assertTrue(chosen.contains("Main Mode Handshake returned"), chosen);
        assertTrue(chosen.contains("SA=(Enc=AES KeyLength=256 Hash=SHA2-256 Auth=PSK Group=14:modp2048"), chosen);
        assertFalse(chosen.contains("VID="), chosen);
        assertTrue(vanth.status().path("halfOpen").asInt() > 0, "it waits for the third message");
        for (String refused : List.of(WEAK, ENCRYPTION_ORACLE)) {
            pause(net);
            assertRefused(scan(net, refused));
        }
        Await.until("nothing half-open is left", Duration.ofSeconds(40),
                () -> vanth.status().path("halfOpen").asInt() == 0, () -> vanth.status().toPrettyString());
        assertEquals(0, vanth.status().path("connections").path(0).path("isakmp").size());
    }

    /// The peer has a pre-shared key, and nobody allowed that it be guessed offline.
    @Test
    void aggressiveModeGivesNoHashAway(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.b().vanth(net.atB(net.link()));
        String answer = scan(net, "--aggressive", "--dhgroup=14", "--id=a.example", "--idtype=2", CONFIGURED);
        assertFalse(answer.contains("Handshake returned"), answer);
        assertTrue(answer.contains("Notify message"), answer);
        assertEquals(0, vanth.status().path("halfOpen").asInt());
    }

    /// A stranger learns that somebody is there, once a second, and costs nothing.
    @Test
    void aStrangerIsRefused(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.b().vanth(net.atB(net.link()).remote(net.link().local().address("192.0.2.77")));
        assertRefused(scan(net, CONFIGURED));
        assertEquals(0, vanth.status().path("halfOpen").asInt());
    }

    private static void assertRefused(String answer) {
        assertFalse(answer.contains("Handshake returned"), answer);
        assertTrue(answer.contains("Notify message 14 (NO-PROPOSAL-CHOSEN)"), answer);
    }

    /// Notifies to strangers are limited to one a second.
    private static void pause(Topology net) {
        net.a().gateway().command("sleep", "1.1").checked();
    }
}
