package io.vanth.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What ike-scan, the usual scanner of IKE, is told about a gateway, and that it leaves nothing behind.
@InLab({Program.IP, Program.NFT, Program.SCAN})
final class ScanIT {
    /// Encryption, hash, authentication and group as RFC 2409 appendix A numbers them.
    private static final String CONFIGURED = "--trans=(1=7,14=256,2=4,3=1,4=14)";
    /// psk-crack knows no words with spaces.
    private static final String WORD = "correct-horse-battery-staple";
    private static final String SHA1 = "--trans=(1=7,14=256,2=2,3=1,4=14)";
    private static final String WEAK = "--trans=(1=1,2=1,3=1,4=1)";
    private static final String ENCRYPTION_ORACLE = "--trans=(1=7,14=256,2=4,3=4,4=14)";

    private static String scan(Topology net, String... options) {
        List<String> words = new ArrayList<>(
                List.of("ike-scan", "--multiline", "--nodns", "--retry=2", "--timeout=3000"));
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
        assertNothingLeft(vanth);
    }

    /// As scanners do it: every cipher, hash and group in one message, and vendor ids of every kind.
    @Test
    void aLongListIsSearchedForTheConfiguredTransform(Lab lab) {
        var net = lab.siteToSite();
        var vanth = net.b().vanth(net.atB(net.link()));
        List<String> options = new ArrayList<>(transforms(IntStream.of(1, 2, 5, 14)));
        options.addAll(List.of(CONFIGURED, "--vendor=4a131c81070358455c5728f20e95452f",
                "--vendor=afcad71368a1f1c96b8696fc77570100", "--vendor=f4ed19e0c114eb516faaac0ee37daf2807b4381f",
                "--vendor=abcdef"));
        String chosen = scan(net, options.toArray(String[]::new));
        assertTrue(chosen.contains("SA=(Enc=AES KeyLength=256 Hash=SHA2-256 Auth=PSK Group=14:modp2048"), chosen);
        assertTrue(chosen.contains("VID=4a131c81") && chosen.contains("VID=afcad713"), "what both speak: " + chosen);
        assertEquals(2, chosen.lines().filter(line -> line.contains("VID=")).count(), chosen);
        assertNothingLeft(vanth);
    }

    /// DES, 3DES and short AES, with MD5 and SHA-1, in all these groups.
    private static List<String> transforms(IntStream groups) {
        return groups.boxed().flatMap(group -> Stream.of("1=1", "1=5", "1=7,14=128").flatMap(
                cipher -> Stream.of(1, 2).map(hash -> "--trans=(%s,2=%d,3=1,4=%d)".formatted(cipher, hash, group))))
                .toList();
    }

    /// Where it is allowed, whoever knows the identity gets what the key can be guessed from: psk-crack finds it in a list
    /// of words.
    @Test
    void aggressiveModeGivesTheHashAwayWhereItIsAllowed(Lab lab) throws IOException {
        var net = lab.siteToSite();
        var link = net.link().mode(Link.Mode.AGGRESSIVE).ike("aes256-sha1-modp2048").secret(WORD);
        var vanth = net.b().vanth(net.atB(link));
        Path hashes = lab.folder().resolve("hashes");
        List<String> options = new ArrayList<>(transforms(IntStream.of(14)));
        options.addAll(List.of("--aggressive", "--dhgroup=14", "--idtype=2"));
        String[] stranger = Stream.concat(options.stream(), Stream.of("--id=nobody.example", SHA1))
                .toArray(String[]::new);
        assertFalse(scan(net, stranger).contains("Handshake returned"));
        assertEquals(0, vanth.status().path("halfOpen").asInt());
        pause(net);
        options.add("--id=" + link.local().id());
        String refused = scan(net, options.toArray(String[]::new));
        assertRefused(refused);
        assertEquals(0, vanth.status().path("halfOpen").asInt());
        options.addAll(List.of(SHA1, "--pskcrack=" + hashes));
        String answer = scan(net, options.toArray(String[]::new));
        assertTrue(answer.contains("Aggressive Mode Handshake returned"), answer);
        assertTrue(answer.contains("SA=(Enc=AES KeyLength=256 Hash=SHA1 Auth=PSK Group=14:modp2048"), answer);
        assertTrue(answer.contains("KeyExchange(256 bytes)") && answer.contains("Hash(20 bytes)"), answer);
        assertTrue(answer.contains("Value=" + link.remote().id()), answer);
        assertFalse(answer.contains("VID="), answer);
        Path words = Files.write(lab.folder().resolve("words"), List.of("secret", "wrong", WORD));
        String cracked = Command.of(List.of("psk-crack", "--dictionary=" + words, hashes.toString())).checked();
        assertTrue(cracked.contains("matches SHA1 hash"), cracked);
        assertNothingLeft(vanth);
    }

    private static void assertNothingLeft(Vanth vanth) {
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
