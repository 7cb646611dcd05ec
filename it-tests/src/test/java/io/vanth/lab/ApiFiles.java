package io.vanth.lab;

import io.vanth.ike.certificate.Authority;
import io.vanth.ike.certificate.KeyText;
import io.vanth.ike.certificate.Keys;
import io.vanth.ike.certificate.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;

/// Tokens, keys and certificates of an API and its clients, in files.
record ApiFiles(Path folder) {
    static final String TOKEN = "Zq7wNf2LkV9sXb4TgY1mRc8PdJ5hAe3U";
    static final int PORT = 9465;

    static ApiFiles in(Lab lab) {
        var files = new ApiFiles(lab.folder("api"));
        files.write("token", TOKEN + "\n", "rw-------");
        files.write("open", TOKEN + "\n", "rw-r--r--");
        files.write("other", "x".repeat(TOKEN.length()) + "\n", "rw-------");
        Authority own = Authority.root("CN=api");
        files.write("ca.pem", KeyText.pem(own.certificate()), "rw-r--r--");
        files.issue("server", own, Keys.rsa(2048));
        files.issue("client", own, Keys.ec("secp256r1"));
        files.issue("stranger", Authority.root("CN=api"), Keys.ec("secp256r1"));
        return files;
    }

    private void issue(String name, Authority authority, KeyPair key) {
        write(name + ".pem", KeyText.pem(authority.issue(Request.of("CN=" + name, key, "127.0.0.1"))), "rw-r--r--");
        write(name + ".key", KeyText.pkcs8(key.getPrivate()), "rw-------");
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, String text, String mode) {
        try {
            Files.writeString(folder.resolve(name), text);
            Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The API on a loopback address in clear, with a token.
    Besides token() {
        return Besides.control("listen: \"127.0.0.1:%d\", token: {file: %s}".formatted(PORT, path("token")));
    }

    /// The API for those with a certificate.
    Besides certificate() {
        return Besides.control("listen: \"0.0.0.0:%d\", tls: {certificate: %s, key: %s, ca: %s}".formatted(PORT,
                path("server.pem"), path("server.key"), path("ca.pem")));
    }

    Curl clear(Vanth vanth) {
        return new Curl(vanth, "http://127.0.0.1:" + PORT, List.of());
    }

    Curl encrypted(Vanth vanth) {
        return new Curl(vanth, "https://127.0.0.1:" + PORT, List.of("--cacert", path("ca.pem")));
    }

    Curl withToken(Vanth vanth) {
        return clear(vanth).with("-H", "Authorization: Bearer " + TOKEN);
    }

    Curl withCertificate(Vanth vanth, String name) {
        return encrypted(vanth).with("--cert", path(name + ".pem"), "--key", path(name + ".key"));
    }
}
