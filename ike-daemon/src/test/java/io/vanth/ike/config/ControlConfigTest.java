package io.vanth.ike.config;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import io.vanth.ike.local.ImaginaryMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-1: where the API on TCP may be, and for whom.
class ControlConfigTest {
    private static final Authority CA = Authority.root("CN=clients");
    private static final KeyPair KEY = Keys.ec("secp256r1");
    private static final String TOKEN = "Zq7wNf2LkV9sXb4TgY1mRc8PdJ5hAe3U";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        write("token", TOKEN + "\n", "rw-------");
        write("short", TOKEN.substring(1), "rw-------");
        write("open", TOKEN, "rw-r-----");
        write("api.pem", KeyText.pem(CA.issue(Request.of("CN=api", KEY, "127.0.0.1"))), "rw-r--r--");
        write("ca.pem", KeyText.pem(CA.certificate()), "rw-r--r--");
        write("api.key", KeyText.pkcs8(KEY.getPrivate()), "rw-------");
    }

    private void write(String name, String text, String mode) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
    }

    private ConfigLoader.Outcome load(String control) throws IOException {
        write("vanth.yaml", """
            control: {%s}
            connections:
              branch:
                remote: 198.51.100.7
                psk: {env: PSK}
                tunnels:
                  lan: {local: 10.1.0.0/24, remote: 10.2.0.0/24}
            """.formatted(control), "rw-------");
        var machine = new ImaginaryMachine().with("eth0", "192.0.2.1").routing("198.51.100.7", "192.0.2.1");
        return new ConfigLoader(
                new Surroundings(_ -> Optional.of("fj3Kd82mQpz71LwXv"), machine, Set.of("userspace")))
                .load(folder.resolve("vanth.yaml"));
    }

    private Control good(String control) throws IOException {
        ConfigLoader.Outcome outcome = load(control);
        assertEquals(List.of(), outcome.findings());
        return outcome.configuration().orElseThrow().control();
    }

    private void assertError(String path, String words, String control) throws IOException {
        ConfigLoader.Outcome outcome = load(control);
        assertTrue(outcome.configuration().isEmpty(), control);
        Finding finding = outcome.findings().getFirst();
        assertEquals(path, finding.path());
        assertTrue(finding.reason().contains(words), finding::toString);
        assertTrue(!finding.remedy().isEmpty(), finding::toString);
        assertTrue(!outcome.findings().toString().contains(TOKEN.substring(1)), "the token is not shown");
    }

    @Test
    void it_is_the_socket_alone_unless_something_else_is_written() throws IOException {
        assertEquals(Control.on(Path.of("/run/x.sock")), good("socket: /run/x.sock"));
    }

    @Test
    void a_token_is_enough_on_loopback() throws IOException {
        for (String address : List.of("127.0.0.1:9465", "[::1]:9465")) {
            Control.Remote remote = good("listen: \"%s\", token: {file: token}".formatted(address)).remote()
                    .orElseThrow();
            assertTrue(remote.address().getAddress().isLoopbackAddress());
            assertEquals(TOKEN.length(), remote.token().orElseThrow().length(), "without the line end");
        }
    }

    @Test
    void elsewhere_it_takes_tls_too() throws IOException {
        assertError("/control/listen", "in clear", "listen: \"192.0.2.1:9465\", token: {file: token}");
        assertError("/control/listen", "in clear", "listen: \"0.0.0.0:9465\", token: {file: token}");
        String tls = "listen: \"0.0.0.0:9465\", tls: {certificate: api.pem, key: api.key%s}";
        assertError("/control/listen", "anybody", tls.formatted(""));
        assertTrue(good(tls.formatted("") + ", token: {file: token}").remote().orElseThrow().tls().isPresent());
        assertTrue(good(tls.formatted(", ca: ca.pem")).remote().orElseThrow().token().isEmpty());
        assertEquals("CN=api", good(tls.formatted(", ca: ca.pem")).remote().orElseThrow().tls().orElseThrow().own()
                .getSubjectX500Principal().getName());
    }

    @Test
    void without_token_and_authority_it_is_refused() throws IOException {
        assertError("/control/listen", "anybody", "listen: \"127.0.0.1:9465\"");
    }

    @Test
    void a_token_has_to_be_long_and_its_file_for_its_owner_alone() throws IOException {
        assertError("/control/token", "31 characters", "listen: \"127.0.0.1:9465\", token: {file: short}");
        assertError("/control/token/file", "others than its owner",
                "listen: \"127.0.0.1:9465\", token: {file: open}");
        write("lines", TOKEN + "\n" + TOKEN, "rw-------");
        assertError("/control/token", "one line", "listen: \"127.0.0.1:9465\", token: {file: lines}");
    }

    /// A token is as secret as a key, and what is wrong with a file gets into logs.
    @Test
    void a_token_in_the_file_itself_is_refused_and_not_shown() throws IOException {
        assertError("/control/token", "does not fit", "listen: \"127.0.0.1:9465\", token: " + TOKEN);
        assertTrue(load("listen: \"127.0.0.1:9465\", token: " + TOKEN).findings().getFirst().remedy()
                .contains("{file: api.token}"));
    }

    @Test
    void what_is_no_certificate_is_refused() throws IOException {
        assertError("/control/tls/ca", "no certificate",
                "listen: \"127.0.0.1:9465\", tls: {certificate: api.pem, key: api.key, ca: token}");
        write("api.key", "x", "rw-r--r--");
        assertError("/control/tls/key", "others than its owner",
                "listen: \"127.0.0.1:9465\", tls: {certificate: api.pem, key: api.key, ca: ca.pem}");
    }

    /// The daemon would start, and every handshake with it fail.
    @Test
    void a_key_of_another_certificate_is_found() throws IOException {
        write("other.key", KeyText.pkcs8(Keys.ec("secp256r1").getPrivate()), "rw-------");
        assertError("/control/tls/key", "is not that of",
                "listen: \"127.0.0.1:9465\", tls: {certificate: api.pem, key: other.key, ca: ca.pem}");
        write("other.key", KeyText.pkcs8(Keys.rsa(2048).getPrivate()), "rw-------");
        assertError("/control/tls/key", "is not that of",
                "listen: \"127.0.0.1:9465\", tls: {certificate: api.pem, key: other.key, ca: ca.pem}");
    }

    /// The tunnels do not need it, so the daemon starts.
    @Test
    void a_certificate_that_has_expired_is_told() throws IOException {
        Instant now = Instant.now();
        write("api.pem", KeyText.pem(CA.issue(Request.of("CN=api", KEY, "127.0.0.1")
                .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))))), "rw-r--r--");
        ConfigLoader.Outcome outcome = load(
                "listen: \"127.0.0.1:9465\", tls: {certificate: api.pem, key: api.key, ca: ca.pem}");
        assertTrue(outcome.configuration().isPresent(), outcome.findings()::toString);
        assertTrue(outcome.findings().getFirst().reason().contains("has expired"), outcome.findings()::toString);
    }

    @Test
    void a_token_that_nothing_uses_is_told() throws IOException {
        ConfigLoader.Outcome outcome = load("token: {file: token}");
        assertEquals(Severity.WARNING, outcome.findings().getFirst().severity());
        assertTrue(outcome.configuration().isPresent());
    }
}
