package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.StartMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ConfigLoaderTest {
    private static final String GOOD = """
            connections:
              branch:
                local: 192.0.2.1
                remote: 198.51.100.7
                psk: {file: branch.psk}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """;
    private static final String KEY = "0123456789abcdefghij";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeKey() throws IOException {
        Files.writeString(folder.resolve("branch.psk"), KEY + "\n");
        mode("rw-------");
    }

    private void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(folder.resolve("branch.psk"), PosixFilePermissions.fromString(permissions));
    }

    private final ImaginaryMachine machine = new ImaginaryMachine().with("eth0", "192.0.2.1");

    private ConfigLoader.Outcome load(String text) throws IOException {
        Path file = folder.resolve("vanth.yaml");
        Files.writeString(file, text);
        Surroundings surroundings = new Surroundings(
                name -> Optional.ofNullable(Map.of("GOOD_PSK", KEY).get(name)),
                machine,
                Set.of("userspace"));
        return new ConfigLoader(surroundings).load(file);
    }

    private Finding only(String text) throws IOException {
        List<Finding> findings = load(text).findings();
        assertEquals(1, findings.size(), findings::toString);
        return findings.getFirst();
    }

    private static Connection connection(ConfigLoader.Outcome outcome) {
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow().connections().getFirst();
    }

    @Test
    void theObviousIsEnough() throws IOException {
        Connection branch = connection(load(GOOD));
        assertEquals("branch", branch.name());
        assertEquals(new Authentication.PreShared(Secret.owning(KEY.getBytes(StandardCharsets.US_ASCII))),
                branch.authentication(),
                "one newline at the end is no part of the key");
        assertEquals("aes256-sha256-modp2048", branch.proposals().getFirst().toString());
        assertEquals("aes256gcm16", branch.tunnels().getFirst().proposals().getFirst().toString());
        assertEquals(Duration.ofHours(8), branch.lifetime());
        assertEquals(StartMode.ALWAYS, branch.tunnels().getFirst().start());
        assertEquals(1, branch.tunnels().getFirst().group().value());
    }

    @Test
    void keysOfOtherDaemonsAreTranslated() throws IOException {
        for (String[] each : new String[][]{{"local_addrs: 192.0.2.1", "local of the connection"},
                {"aggressive: yes", "mode: aggressive"}, {"ikelifetime: 8h", "lifetime of the connection"}}) {
            assertEquals("here it is " + each[1],
                    load(GOOD.replace("    tunnels:", "    " + each[0] + "\n    tunnels:")).findings().getFirst()
                            .remedy());
        }
    }

    /// Off belongs into it, and the words to say so are not easily found.
    @Test
    void whatIsOfAnotherShapeIsToldItsOwn() throws IOException {
        assertEquals("write where Prometheus scrapes, as {listen: '127.0.0.1:9464'} or {listen: off}",
                load("metrics: off\n" + GOOD).findings().getFirst().remedy());
        assertEquals("write keys, the first of them connections with a mapping of your peers",
                load("- " + GOOD.strip().replace("\n", "\n  ")).findings().getFirst().remedy());
    }

    @Test
    void yamlBooleansMeanWhatIsWritten() throws IOException {
        ConfigLoader.Outcome outcome = load(
                "metrics: {listen: off}\n" + GOOD.replace("    tunnels:", "    encapsulation: yes\n    tunnels:"));
        assertEquals(Encapsulation.YES, connection(outcome).encapsulation());
        assertEquals(Optional.empty(), outcome.configuration().orElseThrow().metrics());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            remote: 198.51.100.7     | remot: 198.51.100.7              | 4  | 5  | /connections/branch/remot | 'remote'
            local: 192.0.2.1         | lifetime: 3600                   | 3  | 15 | /connections/branch/lifetime | 8h
            local: 192.0.2.1         | start: onDemnd                   | 3  | 12 | /connections/branch/start | 'onDemand'
            198.51.100.7             | peer..example                    | 4  | 13 | /connections/branch/remote | the name of a host
            local: 192.0.2.1         | proposals: [aes256-sha265-modp2048] | 3 | 17 | /connections/branch/proposals/0 | sha256
            10.2.0.0/24              | 10.2.0.0/33                      | 7  | 41 | /connections/branch/tunnels/lan/remote | 10.1.0.0/24
            10.2.0.0/24              | 10.1.0.0/24                      | 7  | 12 | /connections/branch/tunnels/lan | differ
            10.2.0.0/24              | fd00::/64                        | 7  | 12 | /connections/branch/tunnels/lan | IPv6
            198.51.100.7             | 192.0.2.1                        | 4  | 13 | /connections/branch/remote | own address
            198.51.100.7             | 2001:db8::7                      | 4  | 13 | /connections/branch/remote | one family
            {file: branch.psk}       | {file: branch.psk, env: GOOD_PSK} | 5 | 10 | /connections/branch/psk | more than one
            {file: branch.psk}       | {file: .}                        | 5  | 17 | /connections/branch/psk/file | directory
            {file: branch.psk}       | {file: none.psk}                 | 5  | 17 | /connections/branch/psk/file | 0600
            {file: branch.psk}       | {env: NONE}                      | 5  | 16 | /connections/branch/psk/env | NONE
            {file: branch.psk}       | 12345                            | 5  | 10 | /connections/branch/psk | file
            """)
    void anErrorNamesItsPlace(String good, String bad, int line, int column, String path, String help)
            throws IOException {
        ConfigLoader.Outcome outcome = load(GOOD.replace(good, bad));
        assertTrue(outcome.configuration().isEmpty());
        Finding finding = outcome.findings().stream().filter(each -> each.path().equals(path)).findFirst()
                .orElseThrow(() -> new AssertionError(outcome.findings()));
        assertEquals(new Place(line, column), finding.place(), finding::toString);
        assertEquals(Severity.ERROR, finding.severity());
        assertTrue((finding.reason() + finding.remedy()).contains(help), finding::toString);
    }

    @Test
    void aMissingKeyIsNamedAtItsMapping() throws IOException {
        Finding finding = only(GOOD.replace("    remote: 198.51.100.7\n", ""));
        assertEquals(new Place(2, 3), finding.place());
        assertTrue(finding.reason().contains("'remote'"), finding::toString);
    }

    @Test
    void aKeyTwiceIsAnError() throws IOException {
        Finding finding = only(GOOD.replace("    local: 192.0.2.1\n", "    local: 192.0.2.1\n    local: 192.0.2.2\n"));
        assertEquals(4, finding.place().line());
        assertEquals("/connections/branch/local", finding.path());
    }

    @Test
    void nothingToDoIsSpokenOf() throws IOException {
        ConfigLoader.Outcome outcome = load("connections: {}");
        assertTrue(outcome.findings().getFirst().reason().contains("nothing to do"), outcome.findings()::toString);
    }

    /// As a later run finds the interface that an earlier one has made.
    @Test
    void anInterfaceOfSomebodyElseIsFoundBeforeTheStart() throws IOException {
        String routed = GOOD.replace("    remote: 198.51.100.7\n",
                "    remote: 198.51.100.7\n    interface: vanth-branch\n");
        assertEquals(List.of(), load(routed).findings());
        machine.with("vanth-branch");
        assertTrue(only(routed).reason().contains("Vanth has not made"));
        machine.aliased("vanth-branch", "route-based tunnels of vanth0");
        assertEquals(List.of(), load(routed).findings());
    }

    @Test
    void aRemedySaysWhatFits() throws IOException {
        String routed = GOOD.replace("    remote: 198.51.100.7\n",
                "    remote: 198.51.100.7\n    interface: %s\n");
        String name = only(routed.formatted("a-name-that-is-too-long")).remedy();
        assertTrue(name.startsWith("write a name of 1 to 15 letters"), name);
        String mtu = only(routed.formatted("{name: vanth-branch, mtu: 99999}")).remedy();
        assertTrue(mtu.contains(", from 576 to 65535, as 1400"), mtu);
    }

    @Test
    void whatIsNoYamlHasAPlaceToo() throws IOException {
        assertEquals(Severity.ERROR, only("connections: {branch: [}").severity());
        assertEquals(Severity.ERROR, only("").severity());
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        mode("rw-r-----");
        Finding finding = only(GOOD);
        assertTrue(finding.remedy().startsWith("chmod 600"), finding::toString);
    }

    @Test
    void anEmptyKeyIsRefused() throws IOException {
        Files.writeString(folder.resolve("branch.psk"), "\n");
        assertTrue(only(GOOD).reason().contains("empty"));
    }

    /// S-15: such a key may be guessed offline.
    @Test
    void aShortKeyIsAWarning() throws IOException {
        Files.writeString(folder.resolve("branch.psk"), "kO4Zq1uXo");
        Finding finding = only(GOOD);
        assertEquals(Severity.WARNING, finding.severity());
        assertTrue(load(GOOD).configuration().isPresent());
    }

    @Test
    void aKeyInTheFileIsAWarningThatDoesNotRepeatIt() throws IOException {
        Finding finding = only(GOOD.replace("{file: branch.psk}", "topsecret-topsecret-topsecret"));
        assertEquals(Severity.WARNING, finding.severity());
        assertFalse(finding.toString().contains("topsecret"));
    }

    @Test
    void brokenYamlDoesNotShowTheSecretBesideIt() throws IOException {
        assertFalse(load(GOOD.replace("{file: branch.psk}", "\"topsecret\" [")).findings().toString()
                .contains("topsecret"));
    }

    @Test
    void theSameNetworksTwiceCannotWork() throws IOException {
        String twice = GOOD + GOOD.replace("connections:\n", "").replace("branch:", "other:").replace("198.51.100.7",
                "198.51.100.8");
        Finding finding = only(twice);
        assertEquals("/connections/other/tunnels/lan", finding.path());
        assertTrue(finding.reason().contains("branch/lan"), finding::toString);
    }

    @Test
    void twoConnectionsThatAPeerCannotTellApartAreRefused() throws IOException {
        String same = GOOD + GOOD.replace("connections:\n", "").replace("branch:", "other:").replace("10.2.0.0",
                "10.3.0.0");
        Finding finding = only(same);
        assertEquals("/connections/other", finding.path());
        assertTrue(finding.reason().contains("branch"), finding::toString);
        assertTrue(finding.remedy().contains("one connection with several tunnels"), finding::toString);
    }

    @Test
    void anUnknownDataPlaneIsToldWhatThereIs() throws IOException {
        assertTrue(only("dataPlane: {name: netlink}\n" + GOOD).remedy().contains("userspace"));
    }

    @ParameterizedTest
    @CsvSource({"8h,PT8H", "1h30m,PT1H30M", "1500ms,PT1.5S", "2d,PT48H"})
    void durationsHaveUnits(String text, Duration expected) {
        assertEquals(expected, DurationText.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"8", "h", "1h x", "-1s", "1.5h"})
    void whatHasNoUnitIsNoDuration(String text) {
        assertThrows(IllegalArgumentException.class, () -> DurationText.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"'',YES,1280", "fragmentation: no,NO,1280", "'fragmentation: \"yes\"',YES,1280",
            "'fragmentation: force\n    fragmentSize: 600',FORCE,600"})
    void messagesGoInPieces(String words, Fragmentation.Use use, int size) throws IOException {
        var outcome = load(GOOD + "    " + words + "\n");
        assertEquals(new Fragmentation(use, size),
                outcome.configuration().orElseThrow().connections().getFirst().fragmentation());
    }

    @Test
    void aPieceNeedsRoom() throws IOException {
        assertEquals("/connections/branch/fragmentSize", only(GOOD + "    fragmentSize: 20\n").path());
    }
}
