package io.vanth.ike.config;

import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.manual.ManualAssociation;
import io.vanth.ike.manual.ManualPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// D-19: what setkey took, and what is refused.
class ManualConfigTest {
    private static final String GOOD = """
            manual:
              associations:
                out:
                  protocol: esp
                  source: 192.0.2.1
                  destination: 192.0.2.2
                  spi: 0xffffffff
                  mode: tunnel
                  encryption: {algorithm: aes, key: {file: enc.key}}
                  integrity: {algorithm: sha256, key: {file: auth.key}}
                in:
                  protocol: esp
                  source: 192.0.2.2
                  destination: 192.0.2.1
                  spi: 0x1002
                  mode: tunnel
                  encryption: {algorithm: aes, key: {file: enc.key}}
                  integrity: {algorithm: sha256, key: {file: auth.key}}
              policies:
                net:
                  local: 10.1.0.0/24
                  remote: 10.2.0.5-10.2.0.9
                  action: [esp/tunnel/192.0.2.1-192.0.2.2/require]
            """;

    private static final ManualLimits LIMITS = new ManualLimits(EnumSet.of(SecurityProtocol.ESP), 4500);

    @TempDir
    private Path folder;

    @BeforeEach
    void writeKeys() throws IOException {
        write("enc.key", "0x" + "0123456789abcdef".repeat(2) + "\n");
        write("auth.key", "00ff".repeat(16));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private ConfigLoader.Outcome load(String text) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, text);
        return new ConfigLoader(
                new Surroundings(_ -> Optional.empty(), new ImaginaryMachine().with("eth0", "192.0.2.1"),
                        Set.of("userspace")))
                .load(file);
    }

    @Test
    void readsWhatIsWritten() throws IOException {
        ConfigLoader.Outcome outcome = load(GOOD);
        assertEquals(List.of(), outcome.findings());
        ManualAssociation out = outcome.configuration().orElseThrow().manual().associations().getFirst();
        assertEquals("ESP 192.0.2.2 0xffffffff", out.id().toString());
        assertEquals(ReplayProtection.OFF, out.replay(), "off unless said");
        assertEquals(128, ((EspTransform) out.transform()).keyBits());
        assertEquals(Optional.of(Integrity.HMAC_SHA2_256_128), out.transform().integrity());
        assertEquals(0x23, (int) out.cipherKey().expose(key -> (int) key[1]));
        ManualPolicy policy = outcome.configuration().orElseThrow().manual().policies().getFirst();
        assertEquals("10.1.0.0/24 === 10.2.0.5-10.2.0.9", policy.traffic().toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0xffffffff       | 0xff                       | /manual/associations/out/spi | 0x100
            0xffffffff       | 0x100000000                | /manual/associations/out/spi | 0xffffffff
            algorithm: aes   | algorithm: 3des            | /manual/associations/out/encryption/key | 128 bits
            algorithm: sha256 | algorithm: sha512         | /manual/associations/out/integrity/key | 512
            algorithm: aes   | algorithm: des             | /manual/associations/out/encryption/algorithm | weakAlgorithms
            algorithm: sha256 | algorithm: md5            | /manual/associations/out/integrity/algorithm | weakAlgorithms
            integrity:       | '#'                        | /manual/associations/out | RFC 8221 section 4
            file: enc.key    | file: none.key             | /manual/associations/out/encryption/key/file | 0600
            protocol: esp    | protocol: ah               | /manual/associations/out/encryption | leave it out
            protocol: esp    | protocol: ipcomp           | /manual/associations/out/spi | CPI
            destination: 192.0.2.2 | destination: fd00::2 | /manual/associations/out/destination | families
            /require         | /unique                    | /manual/policies/net/action/0 | unique:7
            /require]        | '/require,esp/tunnel/192.0.2.1-192.0.2.2/unique:7]' | /manual/policies/net/action | other ends
            esp/tunnel/192.0.2.1-192.0.2.2 | esp/tunnel/  | /manual/policies/net/action/0 | between whom
            local: 10.1.0.0/24 | 'local: 10.1.0.0/24, localPort: 80' | /manual/policies/net/localPort | tcp
            local: 10.1.0.0/24 | 'local: 10.1.0.0/24, icmp: {type: 8}' | /manual/policies/net/icmp | protocol: icmp
            local: 10.1.0.0/24 | 'local: 10.1.0.0/24, protocol: icmp, localPort: 8' | /manual/policies/net/localPort | no ports
            local: 10.1.0.0/24 | 'local: 10.1.0.0/24, protocol: icmpv6' | /manual/policies/net/protocol | IPv4 has no icmpv6
            mode: tunnel     | 'mode: tunnel, replayWindow: 31' | /manual/associations/out/replayWindow | 32 to 4096
            integrity:       | '#'                        | /manual/associations/out | unauthenticatedEncryption
            integrity:       | 'allow: [unauthenticatedEncryption], encapsulation: {localPort: 4500,remotePort: 4500} #' | /manual/associations/out/encapsulation | taken for the peer
            """)
    void anErrorNamesItsPlace(String good, String bad, String path, String help) throws IOException {
        int at = GOOD.indexOf(good);
        String text = GOOD.substring(0, at) + bad.replace(", ", "\n      ") + GOOD.substring(at + good.length());
        ConfigLoader.Outcome outcome = load(text);
        assertTrue(outcome.configuration().isEmpty());
        Finding finding = outcome.findings().stream().filter(each -> each.path().equals(path)).findFirst()
                .orElseThrow(() -> new AssertionError(outcome.findings()));
        assertTrue((finding.reason() + finding.remedy()).contains(help), finding::toString);
    }

    @Test
    void moreThanCanBeToldApartIsSaid() throws IOException {
        int many = 1025;
        StringBuilder text = new StringBuilder("manual:\n  policies:\n");
        for (int number = 0; number < many; number++) {
            text.append("    p%d: {local: 10.1.0.0/16, remote: 10.2.0.0/16, action: %s}%n".formatted(number,
                    number % 2 == 0 ? "bypass" : "discard"));
        }
        List<Finding> findings = load(text.toString()).findings();
        assertEquals(List.of("/manual/policies/p1024"), findings.stream().map(Finding::path).toList());
        assertTrue(findings.getFirst().remedy().contains("order"), findings::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-ctr", "aes128gcm16", "aes-ccm", "gmac", "chacha20poly1305"})
    void whatCountsIsRefused(String algorithm) throws IOException {
        ConfigLoader.Outcome outcome = load(GOOD.replace("algorithm: aes", "algorithm: " + algorithm));
        assertTrue(outcome.configuration().isEmpty());
        assertTrue(outcome.findings().getFirst().reason().contains("RFC 8221 section 3"), outcome.findings()::toString);
    }

    /// A key that lacks its quotes is a number to YAML; one in the place of a mapping or a word is a mistake soon made.
    @ParameterizedTest
    @ValueSource(strings = {"{algorithm: aes, key: 0x1234567890123456}", "{algorithm: aes, key: 1234567890123456}",
            "{algorithm: aes, key: [1234567890123456]}", "1234567890123456", "'1234567890123456'",
            "{algorithm: 1234567890123456, key: {file: enc.key}}", "{algorithm: '1234567890123456'}",
            "{algorithm: 'aes 1234567890123456', key: {file: enc.key}}", "{algorithm: aes, key: {1234567890123456}}",
            "{1234567890123456: aes}", "{algorithm: aes, key: '1234567890123456g'}"})
    void noFindingShowsAKey(String bad) throws IOException {
        for (String key : List.of("encryption: {algorithm: aes, key: {file: enc.key}}",
                "integrity: {algorithm: sha256, key: {file: auth.key}}")) {
            ConfigLoader.Outcome outcome = load(GOOD.replace(key, key.substring(0, key.indexOf('{')) + bad));
            assertTrue(outcome.configuration().isEmpty());
            for (Finding finding : outcome.findings()) {
                assertFalse(finding.toString().contains("34567890"), finding::toString);
                assertFalse(finding.toString().contains(String.valueOf(0x1234567890123456L)), finding::toString);
            }
        }
    }

    @Test
    void aKeyWithoutQuotesIsToldSo() throws IOException {
        Finding finding = load(GOOD.replaceFirst("\\{file: enc.key}", "0x1234567890123456")).findings().getFirst();
        assertTrue(finding.remedy().contains("in quotes"), finding::toString);
    }

    @Test
    void whatOthersCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("enc.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(load(GOOD).findings().getFirst().remedy().startsWith("chmod 600"));
    }

    /// Manual policies come first: the tunnel would be up and carry nothing.
    @Test
    void aPolicyThatTakesAllOfATunnelIsSpokenOf() throws IOException {
        String connection = """
            connections:
              branch:
                local: 192.0.2.1
                remote: 192.0.2.2
                psk: {file: auth.key}
                tunnels:
                  lan: {local: %s, remote: 10.2.0.6}
            """;
        assertEquals(1, taken(GOOD + connection.formatted("10.1.0.0/24")));
        assertEquals(1, taken(GOOD + connection.formatted("10.1.0.7")));
        assertEquals(0, taken(GOOD + connection.formatted("10.1.0.0/16")), "some packets are left");
        assertEquals(0, taken(GOOD.replace("    net:\n", "    net:\n      order: 10000\n")
                + connection.formatted("10.1.0.0/24")), "behind it");
        assertEquals(0,
                taken(GOOD + connection.formatted("10.1.0.0/24").replace("    psk:", "    interface: own\n    psk:")),
                "what is routed in is not looked at by it");
    }

    private long taken(String text) throws IOException {
        ConfigLoader.Outcome outcome = load(text);
        assertTrue(outcome.configuration().isPresent(), outcome.findings()::toString);
        return outcome.findings().stream().filter(each -> each.path().equals("/manual/policies/net")
                && each.reason().contains("takes all packets of tunnel branch/lan")).count();
    }

    /// Not the length of some other algorithm.
    @Test
    void adviceForAKeyFitsItsAlgorithm() throws IOException {
        write("enc.key", "not hex");
        String advice = load(GOOD.replace("algorithm: aes,", "algorithm: 3des,")).findings().toString();
        assertTrue(advice.contains("openssl rand -hex 24") && !advice.contains("openssl rand -hex 32"), advice);
    }

    @Test
    void theSameSaTwiceIsAnError() throws IOException {
        ConfigLoader.Outcome outcome = load(GOOD.replace("0xffffffff", "4098").replace("192.0.2.2\n      spi: 4098",
                "192.0.2.1\n      spi: 4098"));
        assertTrue(outcome.configuration().isEmpty());
        assertTrue(outcome.findings().getFirst().reason().contains("'out'"), outcome.findings()::toString);
    }

    @Test
    void halvesThatFindNothingAreTold() throws IOException {
        List<Finding> findings = load(GOOD.replace("esp/tunnel/192.0.2.1-192.0.2.2/require",
                "esp/tunnel/192.0.2.1-192.0.2.3/require")).findings();
        assertEquals(Set.of("/manual/associations/in", "/manual/associations/out", "/manual/policies/net"),
                Set.copyOf(findings.stream().map(Finding::path).toList()));
        assertTrue(findings.stream().allMatch(each -> each.severity() == Severity.WARNING));
        List<Finding> half = load(GOOD.replace("192.0.2.2\n      destination: 192.0.2.1",
                "192.0.2.9\n      destination: 192.0.2.1")).findings();
        assertTrue(half.toString().contains("no inbound association for esp/tunnel/192.0.2.1-192.0.2.2"),
                half::toString);
    }

    @Test
    void aTextWithManualEntriesAloneIsAnAddition() throws IOException {
        var loader = new ConfigLoader(new Surroundings(_ -> Optional.empty(), new ImaginaryMachine(), Set.of()));
        ConfigLoader.Addition good = loader.addition(GOOD, "more", folder, LIMITS);
        assertEquals(2, good.entries().orElseThrow().associations().size());
        ConfigLoader.Addition off = loader.addition(
                GOOD.replace("protocol: esp", "protocol: ah").replaceAll("encryption.*", ""),
                "more", folder, LIMITS);
        assertEquals(Set.of("ah is off"), Set.copyOf(off.findings().stream().map(Finding::reason).toList()));
        assertTrue(loader.addition(GOOD + "log: {level: info}\n", "more", folder, LIMITS).entries().isEmpty());
    }

    private static String tunnelWith(String more) {
        return GOOD.replaceFirst("mode: tunnel", "mode: tunnel\n      " + more);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lifetime: {soft: 2h, hard: 2h}                    | /lifetime/soft           | not before hard
            encapsulation: {localPort: 4501, remotePort: 1}   | /encapsulation/localPort | 4500
            """)
    void whatCannotBeIsRefused(String more, String path, String help) throws IOException {
        ConfigLoader.Outcome outcome = load(tunnelWith(more));
        assertTrue(outcome.configuration().isEmpty());
        Finding finding = outcome.findings().getFirst();
        assertEquals("/manual/associations/out" + path, finding.path());
        assertTrue((finding.reason() + finding.remedy()).contains(help), finding::toString);
    }

    @Test
    void aReplayWindowIsWarnedOf() throws IOException {
        ConfigLoader.Outcome outcome = load(tunnelWith("replayWindow: 64"));
        assertEquals(ReplayProtection.window(64),
                outcome.configuration().orElseThrow().manual().associations().getFirst().replay());
        assertEquals(List.of("/manual/associations/out/replayWindow"),
                outcome.findings().stream().map(Finding::path).toList());
    }

    /// Features 1: never unless forced, and then linted.
    @Test
    void encryptionWithoutIntegrityWantsItsWord() throws IOException {
        String bare = GOOD.replaceFirst("integrity: .*", "allow: [unauthenticatedEncryption]");
        ConfigLoader.Outcome outcome = load(bare);
        ManualAssociation out = outcome.configuration().orElseThrow().manual().associations().getFirst();
        assertEquals(EspTransform.unauthenticated(Cipher.AES_CBC, 128), out.transform());
        assertEquals(0, out.integrityKey().length());
        Finding finding = outcome.findings().getFirst();
        assertEquals(Severity.WARNING, finding.severity());
        assertTrue(finding.reason().contains("without integrity"), finding::toString);
        assertTrue(load(bare.replace("unauthenticatedEncryption", "weakAlgorithms")).configuration().isEmpty());
        assertTrue(load(bare.replaceFirst("encryption: .*", "")).configuration().isEmpty(), "nothing at all");
        assertTrue(load(bare.replaceFirst("mode: tunnel", "mode: tunnel\n      replayWindow: 64")).configuration()
                .isEmpty());
    }

    /// Features 13, as net.inet.esp.enable of ipsec(4).
    @Test
    void whatIsOffIsRefused() throws IOException {
        assertTrue(load("dataPlane: {protocols: [esp]}\n" + GOOD).configuration().isPresent());
        ConfigLoader.Outcome off = load("dataPlane: {protocols: [ah, ipcomp]}\n" + GOOD);
        assertTrue(off.configuration().isEmpty());
        assertEquals("esp is off", off.findings().getFirst().reason());
        ConfigLoader.Outcome connection = load("""
            dataPlane: {protocols: [ah]}
            connections:
              c: {local: 192.0.2.1, remote: 192.0.2.2, psk: {file: auth.key}, tunnels: {t: {local: 10.1.0.0/24, remote: 10.2.0.0/24}}}
            """);
        assertTrue(connection.findings().toString().contains("connections need esp"), connection.findings()::toString);
    }

    @Test
    void whatALackDoesIsTold() throws IOException {
        String clear = load(GOOD.replace("/require", "/use").replace("source: 192.0.2.1\n", "source: 192.0.2.9\n"))
                .findings().toString();
        assertTrue(
                clear.contains(
                        "no outbound association for esp/tunnel/192.0.2.1-192.0.2.2, so its packets leave in CLEAR"),
                clear);
        String dropped = load(GOOD.replace("source: 192.0.2.1\n", "source: 192.0.2.9\n")).findings().toString();
        assertTrue(dropped.contains("so its packets are dropped"), dropped);
    }
}
