package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.PinnedKey;
import io.vanth.ike.certificate.RevocationFetch;
import io.vanth.ike.certificate.StoredKeys;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Risk;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads with what a connection's peers prove who they are: a pre-shared key, certificates, or raw keys.
///
/// @param fetch asks the network about revocation, for the connections that want it
record AuthenticationReader(SecretReader secrets, ReferencedFile files, RevocationFetch fetch, Instant now) {
    private static final List<String> WAYS = List.of("psk", "certificate", "rawKey");
    private static final int LONGEST_KEY = 64 * 1024;

    /// The authentication of the connection of `section`, or empty after a finding.
    Optional<Authentication> read(Section section, RiskReader risks) {
        List<String> ways = WAYS.stream().filter(section::has).toList();
        if (ways.size() != 1) {
            section.error(ways.isEmpty()
                    ? "nothing says how the peers authenticate"
                    : "there is more than one way to authenticate: " + String.join(", ", ways),
                    "write exactly one of psk, certificate and rawKey, as psk: {file: branch.psk}");
            return Optional.empty();
        }
        boolean shortKeys = risks.allowed().contains(Risk.SHORT_RSA_KEYS);
        Section way = section.section(ways.getFirst());
        return switch (ways.getFirst()) {
            case "psk" -> secrets.read(way, risks).map(Authentication.PreShared::new);
            case "certificate" -> new CertificateReader(this, shortKeys).read(way);
            default -> rawKeys(way, shortKeys);
        };
    }

    private Optional<Authentication> rawKeys(Section section, boolean shortKeys) {
        Optional<Credential> own = privateKey(section).flatMap(key -> credential(section.section("key"), key));
        Optional<PinnedKey> peer = publicKey(section.section("remote")).map(key -> new PinnedKey(key, shortKeys));
        if (own.isEmpty() || peer.isEmpty() || !isUsable(section.section("remote"), peer.get(), own.get())) {
            return Optional.empty();
        }
        return isStrong(section.section("key"), own.get(), shortKeys)
                ? Optional.of(new Authentication.Signatures(own.get(), peer.get()))
                : Optional.empty();
    }

    /// Whether the peer's key may be used, and signs as the own one does: one method is agreed for both (RFC 2409 section
    /// 5.1); a finding if not.
    private static boolean isUsable(Section place, PinnedKey peer, Credential own) {
        if (peer.weakness().isPresent()) {
            place.error("the peer " + peer.weakness().get(), "the peer needs a stronger key" + orAllow());
            return false;
        }
        if (!peer.method().equals(Optional.of(own.method()))) {
            place.error("the peer's key is of another kind than the own one, and both sign with the same method",
                    "use keys of one kind on both sides: RSA, or ECDSA on one curve");
            return false;
        }
        return true;
    }

    private static Optional<Credential> credential(Section place, KeyPair key) {
        return attempt(place, "use a key of RSA or of ECDSA on P-256, P-384 or P-521", () -> Credential.ofKey(key));
    }

    private Optional<PublicKey> publicKey(Section place) {
        String text = place.node().asText();
        Optional<String> content = text.startsWith("0s")
                ? Optional.of(text)
                : files.open(place).map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
        return content.flatMap(each -> attempt(place, "write the peer's public key in PEM, or as 0sAwEAAc...",
                () -> StoredKeys.publicKey(each)));
    }

    /// The private key under `key`, opened with the password that may stand beside it.
    Optional<KeyPair> privateKey(Section section) {
        Section place = section.section("key");
        return opened(section, place, (content, password) -> StoredKeys.privateKey(content, password));
    }

    /// How a file with a private key is read.
    interface Opening<T> {
        T open(byte[] content, Optional<Secret> password);
    }

    /// What the secret file of `place` holds, opened with the password of `section`.
    <T> Optional<T> opened(Section section, Section place, Opening<T> opening) {
        Optional<Secret> password = Optional.empty();
        if (section.has("password")) {
            password = secrets.password(section.section("password"));
            if (password.isEmpty()) {
                return Optional.empty();
            }
        }
        Optional<byte[]> content = files.secret(place, LONGEST_KEY);
        try {
            Optional<Secret> given = password;
            return content.flatMap(bytes -> attempt(place, "name the file of the key, and its password if it has one",
                    () -> opening.open(bytes, given)));
        } finally {
            content.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
            password.ifPresent(Secret::close);
        }
    }

    /// Whether the own key may be used; a finding if it is weak.
    static boolean isStrong(Section place, Credential own, boolean shortKeys) {
        Optional<String> weakness = own.weakness(shortKeys);
        if (weakness.isPresent()) {
            place.error("the own key is too weak: this gateway " + weakness.get(), "make a stronger key" + orAllow());
            return false;
        }
        own.weakness(false).ifPresent(weak -> place.warning("the own key is weak: this gateway " + weak,
                "make a stronger key"));
        return true;
    }

    private static String orAllow() {
        return ", or accept the risk with allow: [%s]".formatted(Risk.SHORT_RSA_KEYS.word());
    }

    /// What `attempt` gives, or empty after a finding with the reason that it throws.
    static <T> Optional<T> attempt(Section place, String remedy, java.util.function.Supplier<T> attempt) {
        return place.parse("", remedy, _ -> attempt.get());
    }
}
