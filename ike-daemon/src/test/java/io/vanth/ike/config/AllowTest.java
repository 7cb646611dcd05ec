package io.vanth.ike.config;

import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Risk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is dangerous needs its word in `allow`.
class AllowTest {
    private static final String KEY = "kO4Zq1uXo2mWv8yRnT5b";

    @TempDir
    private Path folder;

    private ConfigLoader.Outcome load(String key, String phase1, String phase2, String allow) throws IOException {
        Path secret = folder.resolve("branch.psk");
        Files.writeString(secret, key);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, """
            connections:
              branch:
                local: 192.0.2.1
                remote: 198.51.100.7
                psk: {file: branch.psk}
                proposals: [aes256-sha256-modp2048, %s]
                %s
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24, proposals: [%s]}
            """.formatted(phase1, allow.isEmpty() ? "start: passive" : "allow: " + allow, phase2));
        return new ConfigLoader(new Surroundings(_ -> Optional.empty(),
                new ImaginaryMachine().with("eth0", "192.0.2.1"), Set.of("userspace")))
                .load(file);
    }

    /// Each is an error without the word, and a warning with it; both name the algorithm, the RFC and its section.
    @ParameterizedTest
    @CsvSource({"des-sha1-modp2048,des,RFC 8247 section 2.1: MUST NOT",
            "blowfish256-sha1-modp2048,blowfish,RFC 9395 section 5", "cast128-sha1-modp2048,cast,RFC 9395 section 5",
            "aes128-md5-modp2048,md5,RFC 8247 section 2.2: MUST NOT",
            "aes128-sha1-modp768,modp768,RFC 8247 section 2.4: MUST NOT",
            "aes128-sha1-modp1024,modp1024,RFC 8247 section 2.4: SHOULD NOT",
            "aes128-sha1-dh22,modp1024s160,RFC 8247 section 2.4: MUST NOT",
            "aes128-sha1-dh23,modp2048s224,RFC 8247 section 2.4: SHOULD NOT",
            "aes128-sha1-dh24,modp2048s256,RFC 8247 section 2.4: SHOULD NOT"})
    void weakAlgorithmsNeedTheirWord(String proposal, String word, String source) throws IOException {
        var refused = load(KEY, proposal, "aes128gcm16", "");
        assertTrue(refused.configuration().isEmpty());
        Finding error = refused.findings().getFirst();
        assertEquals(List.of(error), refused.findings());
        assertEquals(Severity.ERROR, error.severity());
        assertEquals("/connections/branch/proposals/1", error.path());
        assertTrue(error.reason().startsWith(word + " ") && error.reason().contains(source), error::reason);
        assertTrue(error.remedy().endsWith("allow: [weakAlgorithms]"), error::remedy);
        var taken = load(KEY, proposal, "aes128gcm16", "[weakAlgorithms]");
        assertEquals(List.of(Severity.WARNING), taken.findings().stream().map(Finding::severity).toList());
        assertEquals(error.reason(), taken.findings().getFirst().reason());
        Connection connection = taken.configuration().orElseThrow().connections().getFirst();
        assertEquals(Set.of(Risk.WEAK_ALGORITHMS), connection.allowed());
        assertEquals(2, connection.proposals().size());
    }

    /// Old peers have nothing else, and no RFC forbids it.
    @ParameterizedTest
    @CsvSource({"3des-sha1-modp2048,RFC 8247 section 2.1: MAY",
            "aes128-sha1-modp1536,RFC 8247 section 2.4: SHOULD NOT"})
    void agingAlgorithmsAreWarnedOf(String proposal, String source) throws IOException {
        var outcome = load(KEY, proposal, "aes128gcm16", "");
        assertTrue(outcome.configuration().isPresent());
        Finding warning = outcome.findings().getFirst();
        assertEquals(List.of(warning), outcome.findings());
        assertEquals(Severity.WARNING, warning.severity());
        assertTrue(warning.reason().contains(source), warning::reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128-sha1-modp2048", "camellia256-sha512-modp8192", "aes192-sha384-ecp521",
            "aes256-sha256-ecp512bp", "aes256-sha256-x25519"})
    void nothingIsSaidOfOthers(String proposal) throws IOException {
        assertEquals(List.of(), load(KEY, proposal, "aes128gcm16-ecp384", "").findings());
    }

    @Test
    void everyWeakAlgorithmOfAProposalIsNamed() throws IOException {
        var findings = load(KEY, "des-md5-modp768", "aes128gcm16", "").findings();
        assertEquals(List.of("des", "md5", "modp768"),
                findings.stream().map(each -> each.reason().replaceFirst(" .*", "")).toList());
    }

    @Test
    void theGroupOfPhase2IsJudgedToo() throws IOException {
        Finding error = load(KEY, "aes128-sha1-modp2048", "aes128gcm16-modp1024", "").findings().getFirst();
        assertEquals(Severity.ERROR, error.severity());
        assertEquals("/connections/branch/tunnels/lan/proposals/0", error.path());
        assertTrue(load(KEY, "aes128-sha1-modp2048", "aes128gcm16-modp1024", "[weakAlgorithms]").configuration()
                .isPresent());
    }

    /// S-15.
    @ParameterizedTest
    @ValueSource(strings = {"short", "1234567", "12345678", "09876543210", "aaaaaaaaaaaaaaaaaaaa", "password",
            "PASSWORD",
            "Password123!", "pre-shared-key", "ciscocisco", "changeme2024", "abcdefghijklmnop", "strongswan"})
    void guessableKeysAreRefusedUnlessForced(String key) throws IOException {
        var refused = load(key, "aes128-sha1-modp2048", "aes128gcm16", "[weakAlgorithms]");
        assertTrue(refused.configuration().isEmpty());
        Finding error = refused.findings().getFirst();
        assertEquals("/connections/branch/psk", error.path());
        assertTrue(error.remedy().endsWith("allow: [guessablePsk]"), error::remedy);
        assertFalse(error.toString().contains(key + " ") || error.reason().contains(key), "the key is not repeated");
        var forced = load(key, "aes128-sha1-modp2048", "aes128gcm16", "[guessablePsk]");
        assertEquals(List.of(Severity.WARNING), forced.findings().stream().map(Finding::severity).toList());
        assertTrue(forced.configuration().isPresent());
    }

    @ParameterizedTest
    @CsvSource({"kO4Zq1uX,1", "correcthorsebatterystaple,0", "9f86d081884c7d65,0", "zUfGdA3e0pQ,1"})
    void otherKeysAreNot(String key, int warnings) throws IOException {
        var outcome = load(key, "aes128-sha1-modp2048", "aes128gcm16", "");
        assertEquals(warnings, outcome.findings().size(), outcome.findings()::toString);
        assertTrue(outcome.configuration().isPresent());
        assertTrue(GuessableKey.reason(key.getBytes(StandardCharsets.UTF_8)).isEmpty());
    }

    @Test
    void anUnknownRiskIsRefused() throws IOException {
        Finding error = load(KEY, "aes128-sha1-modp2048", "aes128gcm16", "[weakAlgorithm]").findings().getFirst();
        assertEquals(Severity.ERROR, error.severity());
        assertEquals("/connections/branch/allow/0", error.path());
    }
}
