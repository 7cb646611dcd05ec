package io.vanth.ike.cli;

import io.vanth.ike.certificate.StoredCertificates;
import io.vanth.ike.certificate.StoredKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What a command shows on TLS, and whom it believes.
///
/// @param authorities whom it believes; the system's when empty
/// @param certificate the own one, and those between behind it
/// @param key         of the own certificate
record ClientTls(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
    private static final char[] NO_PASSWORD = {};

    boolean isSomething() {
        return authorities.isPresent() || certificate.isPresent() || key.isPresent();
    }

    SSLContext context() throws Refusal {
        if (certificate.isPresent() != key.isPresent()) {
            throw new Refusal("--cert and --key go together");
        }
        try {
            KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
            own.load(null, NO_PASSWORD);
            if (certificate.isPresent()) {
                List<X509Certificate> chain = certificates(certificate.get());
                KeyPair pair = keys(key.get());
                if (!pair.getPublic().equals(chain.getFirst().getPublicKey())) {
                    throw new Refusal("%s is not the key of %s".formatted(key.get(), certificate.get()));
                }
                own.setKeyEntry("own", pair.getPrivate(), NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.isPresent() ? keys.getKeyManagers() : new KeyManager[0],
                    trust().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException bad) {
            throw new Refusal("TLS cannot be made ready: " + bad.getMessage(), bad);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException, Refusal {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (authorities.isEmpty()) {
            trust.init((KeyStore) null);
            return trust;
        }
        KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
        believed.load(null, NO_PASSWORD);
        List<X509Certificate> all = certificates(authorities.get());
        for (int index = 0; index < all.size(); index++) {
            believed.setCertificateEntry("ca" + index, all.get(index));
        }
        trust.init(believed);
        return trust;
    }

    private static List<X509Certificate> certificates(Path file) throws Refusal {
        return read(file, StoredCertificates::certificates);
    }

    private static KeyPair keys(Path file) throws Refusal {
        try {
            OwnFile.check(file);
        } catch (IOException bad) {
            throw unreadable(file, bad);
        }
        return read(file, content -> {
            try {
                return StoredKeys.privateKey(content, Optional.empty());
            } finally {
                Arrays.fill(content, (byte) 0);
            }
        });
    }

    private static <T> T read(Path file, Function<byte[], T> parse) throws Refusal {
        try {
            return parse.apply(Files.readAllBytes(file));
        } catch (IOException bad) {
            throw unreadable(file, bad);
        } catch (IllegalArgumentException bad) {
            throw new Refusal("%s: %s".formatted(file, bad.getMessage()), bad);
        }
    }

    private static Refusal unreadable(Path file, IOException bad) {
        return new Refusal(bad instanceof NoSuchFileException
                ? "there is no file " + file
                : "%s cannot be read: %s".formatted(file, bad.getMessage()), bad);
    }
}
