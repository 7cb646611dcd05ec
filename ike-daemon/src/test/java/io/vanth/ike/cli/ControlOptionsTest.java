package io.vanth.ike.cli;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// How commands are told of a daemon elsewhere, and what they refuse to do on the way.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlOptionsTest {
    private static final String TOKEN = "Zq7wNf2LkV9sXb4TgY1mRc8PdJ5hAe3U";

    @TempDir
    private Path folder;

    private void assertRefused(String words, String... arguments) {
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("status"));
        all.addAll(List.of(arguments));
        assertEquals(Main.NO, Main.commandLine().setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err)).execute(all.toArray(String[]::new)));
        assertTrue(err.toString().contains(words), err::toString);
        assertFalse(err.toString().contains(TOKEN), "the token is not shown");
    }

    private String token(String text, String mode) throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file.toString();
    }

    private static String free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void a_token_is_not_sent_in_clear_to_another_machine() throws IOException {
        assertRefused("would be in clear", "--url", "http://192.0.2.1:9465", "--token-file",
                token(TOKEN, "rw-------"));
        assertRefused("would be in clear", "--url", "http://127.0.0.1.evil.example:9465");
    }

    @Test
    void what_is_no_address_is_refused() {
        for (String url : List.of("192.0.2.1", "ftp://192.0.2.1", "https://x/api", "https://user@x",
                "https://x:99999", "https://x\r\nA: b")) {
            assertRefused("is no address of an API", "--url", url);
        }
    }

    @Test
    void a_token_that_others_can_read_is_not_used() throws IOException {
        assertRefused("chmod 600", "--url", free(), "--token-file", token(TOKEN, "rw-r--r--"));
        assertRefused("one line", "--url", free(), "--token-file", token(TOKEN + "\nX: y", "rw-------"));
        assertRefused("there is no file", "--url", free(), "--token-file", folder.resolve("none").toString());
    }

    @Test
    void a_key_of_another_certificate_is_named() throws IOException {
        Path certificate = folder.resolve("own.pem");
        Path key = folder.resolve("other.key");
        Files.writeString(certificate, KeyText.pem(Authority.root("CN=own").certificate()));
        Files.writeString(key, KeyText.pkcs8(Keys.ec("secp256r1").getPrivate()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused("other.key is not the key of", "--url", "https://127.0.0.1:" + listening.getLocalPort(),
                    "--cert", certificate.toString(), "--key", key.toString());
        }
    }

    @Test
    void options_that_go_with_another_are_not_passed_over() throws IOException {
        String file = token(TOKEN, "rw-------");
        assertRefused("for a daemon at --url", "--token-file", file);
        assertRefused("write one of them", "--url", free(), "--socket", "/run/x.sock");
        assertRefused("is in clear", "--url", free(), "--ca", file);
    }

    @Test
    void that_nobody_listens_is_said() throws IOException {
        assertRefused("nobody listens on", "--url", free());
    }
}
