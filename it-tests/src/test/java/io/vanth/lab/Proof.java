package io.vanth.lab;

import io.vanth.ike.certificate.KeyText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// With what a gateway proves its identity by signatures.
///
/// @param chain   its own certificate and those between; empty for a raw key
/// @param anchors whom it trusts
/// @param lists   the revocation lists that it has
/// @param bundled whether Vanth reads key and chain from one file of PKCS#12
/// @param more    what else its daemon is told, in its words, as `fetch: true`
record Proof(KeyPair key, List<X509Certificate> chain, List<X509Certificate> anchors, List<X509CRL> lists,
        boolean bundled, List<String> more) {
    private static final String PASSWORD = "a password";

    static Proof raw(KeyPair key) {
        return new Proof(key, List.of(), List.of(), List.of(), false, List.of());
    }

    static Proof of(KeyPair key, List<X509Certificate> chain, X509Certificate... anchors) {
        return new Proof(key, chain, List.of(anchors), List.of(), false, List.of());
    }

    boolean isRaw() {
        return chain.isEmpty();
    }

    Proof knowing(X509CRL... revocationLists) {
        return new Proof(key, chain, anchors, List.of(revocationLists), bundled, more);
    }

    /// The same with a certificate more in its chain.
    Proof with(X509Certificate certificate) {
        List<X509Certificate> longer = new ArrayList<>(chain);
        longer.add(certificate);
        return new Proof(key, longer, anchors, lists, bundled, more);
    }

    Proof inOneFile() {
        return new Proof(key, chain, anchors, lists, true, more);
    }

    Proof told(String... settings) {
        return new Proof(key, chain, anchors, lists, bundled, List.of(settings));
    }

    /// Writes what Vanth reads.
    void writeForVanth(Path folder, Link link) {
        String name = link.name();
        if (isRaw()) {
            secret(folder.resolve(name + ".key"), pkcs8());
            write(folder.resolve(name + ".pub"), KeyText.pem(link.remote().proof().orElseThrow().key().getPublic()));
            return;
        }
        if (bundled) {
            secret(folder.resolve(name + ".p12"),
                    KeyText.pkcs12(key.getPrivate(), PASSWORD, chain.toArray(X509Certificate[]::new)));
            secret(folder.resolve(name + ".password"), bytes(PASSWORD + "\n"));
        } else {
            secret(folder.resolve(name + ".key"), pkcs8());
            write(folder.resolve(name + ".pem"), KeyText.pem(chain.toArray()));
        }
        write(folder.resolve(name + "-ca.pem"), KeyText.pem(anchors.toArray()));
        if (!lists.isEmpty()) {
            write(folder.resolve(name + ".crl"), KeyText.pem(lists.toArray()));
        }
    }

    /// The authentication in Vanth's words, with the files of [#writeForVanth].
    String forVanth(Link link) {
        String name = link.name();
        if (isRaw()) {
            return "rawKey: {key: %s.key, remote: %s.pub}".formatted(name, name);
        }
        List<String> settings = new ArrayList<>(more);
        settings.add(bundled
                ? "pkcs12: %s.p12, password: {file: %s.password}".formatted(name, name)
                : "file: %s.pem, key: %s.key".formatted(name, name));
        settings.add("ca: [%s-ca.pem]".formatted(name));
        if (!lists.isEmpty()) {
            settings.add("crl: [%s.crl]".formatted(name));
        }
        return "certificate: {%s}".formatted(String.join(", ", settings));
    }

    /// Fills the folder that swanctl reads, one file for each thing.
    void writeForSwanctl(Path folder, Link link) {
        String name = link.name();
        secret(place(folder, "private", name + ".key"), pkcs8());
        if (isRaw()) {
            write(place(folder, "pubkey", name + ".pub"), KeyText.pem(key.getPublic()));
            write(place(folder, "pubkey", name + "-peer.pub"),
                    KeyText.pem(link.remote().proof().orElseThrow().key().getPublic()));
            return;
        }
        write(place(folder, "x509", name + ".pem"), KeyText.pem(chain.getFirst()));
        for (int index = 1; index < chain.size(); index++) {
            write(place(folder, "x509ca", name + "-between-" + index + ".pem"), KeyText.pem(chain.get(index)));
        }
        for (int index = 0; index < lists.size(); index++) {
            write(place(folder, "x509crl", name + "-" + index + ".pem"), KeyText.pem(lists.get(index)));
        }
        for (int index = 0; index < anchors.size(); index++) {
            write(place(folder, "x509ca", name + "-" + index + ".pem"), KeyText.pem(anchors.get(index)));
        }
    }

    /// What a `local` section names.
    String own(Link link) {
        return isRaw() ? "pubkeys = %s.pub".formatted(link.name()) : "certs = %s.pem".formatted(link.name());
    }

    /// What a `remote` section names.
    String peer(Link link) {
        return isRaw() ? "pubkeys = %s-peer.pub".formatted(link.name()) : "";
    }

    private static Path place(Path folder, String kind, String name) {
        try {
            return Files.createDirectories(folder.resolve(kind)).resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] pkcs8() {
        return bytes(KeyText.pkcs8(key.getPrivate()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void secret(Path file, byte[] content) {
        write(file, "");
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
