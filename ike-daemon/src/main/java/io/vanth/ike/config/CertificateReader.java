package io.vanth.ike.config;

import io.vanth.ike.certificate.CertificateText;
import io.vanth.ike.certificate.CertificateTrust;
import io.vanth.ike.certificate.Credential;
import io.vanth.ike.certificate.Revocation;
import io.vanth.ike.certificate.RevocationFetch;
import io.vanth.ike.certificate.RevocationPlaces;
import io.vanth.ike.certificate.StoredCertificates;
import io.vanth.ike.certificate.StoredKeys;
import io.vanth.ike.policy.Authentication;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads an own certificate and whom to trust.
record CertificateReader(AuthenticationReader authentication, boolean shortKeys) {
    private static final Duration SOON = Duration.ofDays(30);

    /// The authentication under `certificate`, or empty after a finding.
    Optional<Authentication> read(Section section) {
        boolean bundled = section.has("pkcs12");
        if (bundled == section.has("file") || bundled == section.has("key")) {
            section.error("the own certificate and its key are needed once",
                    "write file: own.pem and key: own.key, or pkcs12: own.p12");
            return Optional.empty();
        }
        Optional<List<X509Certificate>> authorities = files(section, "ca", StoredCertificates::certificates);
        Optional<List<X509Certificate>> between = files(section, "chain", StoredCertificates::certificates);
        Optional<List<X509CRL>> lists = files(section, "crl", StoredCertificates::revocationLists);
        Optional<StoredKeys.Bundle> own = bundled
                ? authentication.opened(section, section.section("pkcs12"), StoredKeys::pkcs12)
                : separate(section);
        if (authorities.isEmpty() || between.isEmpty() || lists.isEmpty() || own.isEmpty()) {
            return Optional.empty();
        }
        List<X509Certificate> known = new ArrayList<>(between.get());
        known.addAll(own.get().chain().subList(1, own.get().chain().size()));
        Optional<Credential> credential = credential(section.section(bundled ? "pkcs12" : "file"), own.get(), known);
        Optional<RevocationFetch> fetch = fetch(section, between.get());
        Optional<CertificateTrust> trust = AuthenticationReader.attempt(section.section("ca"),
                "name the certificate of the root", () -> new CertificateTrust(authorities.get(), known, lists.get(),
                        revocation(section), fetch, shortKeys));
        warnOfAge(section.section("ca"), authorities.get());
        return credential.isEmpty() || trust.isEmpty()
                ? Optional.empty()
                : Optional.of(new Authentication.Signatures(credential.get(), trust.get()));
    }

    private Optional<RevocationFetch> fetch(Section section, List<X509Certificate> between) {
        if (!section.get("fetch").asBoolean(false)) {
            return Optional.empty();
        }
        if (revocation(section) == Revocation.OFF) {
            section.section("fetch").warning("nothing is fetched, as revocation is off",
                    "write revocation: ifKnown or required");
        }
        between.stream().filter(each -> RevocationPlaces.of(each).isEmpty()).forEach(each -> section.section("chain")
                .warning(CertificateText.of(each) + " names no http: address where its revocation can be asked for",
                        "name a list of its issuer under crl"));
        return Optional.of(authentication.fetch());
    }

    /// YAML 1.1 makes a boolean of `off`.
    private static Revocation revocation(Section section) {
        return switch (section.text("revocation").orElse("ifKnown")) {
            case "off", "false" -> Revocation.OFF;
            case "required" -> Revocation.REQUIRED;
            default -> Revocation.IF_KNOWN;
        };
    }

    private Optional<StoredKeys.Bundle> separate(Section section) {
        Section place = section.section("file");
        Optional<List<X509Certificate>> chain = authentication.files().open(place)
                .flatMap(content -> certificates(place, content, StoredCertificates::certificates));
        return authentication.privateKey(section)
                .flatMap(key -> chain.map(all -> new StoredKeys.Bundle(key.getPrivate(), all)));
    }

    private <T> Optional<List<T>> files(Section section, String key, Function<byte[], List<T>> read) {
        List<T> all = new ArrayList<>();
        boolean complete = true;
        for (int index = 0; index < section.get(key).size(); index++) {
            Section list = section.section(key);
            Section place = new Section(list.document(), list.at().appendIndex(index), list.findings());
            Optional<List<T>> some = authentication.files().open(place)
                    .flatMap(content -> certificates(place, content, read));
            complete &= some.isPresent();
            some.ifPresent(all::addAll);
        }
        return complete ? Optional.of(all) : Optional.empty();
    }

    private static <T> Optional<List<T>> certificates(Section place, byte[] content, Function<byte[], List<T>> read) {
        return AuthenticationReader.attempt(place, "name a file in PEM or DER", () -> read.apply(content));
    }

    private Optional<Credential> credential(Section place, StoredKeys.Bundle own, List<X509Certificate> known) {
        X509Certificate certificate = own.chain().getFirst();
        Optional<Credential> credential = AuthenticationReader.attempt(place,
                "use a key of RSA or of ECDSA on P-256, P-384 or P-521",
                () -> Credential.ofCertificate(own.key(), certificate, known));
        if (credential.isEmpty() || !AuthenticationReader.isStrong(place, credential.get(), shortKeys)) {
            return Optional.empty();
        }
        if (!credential.get().isConsistent(new SecureRandom())) {
            place.error("the private key is not that of " + CertificateText.of(certificate),
                    "name the key with which the certificate was requested");
            return Optional.empty();
        }
        if (certificate.getNotAfter().toInstant().isBefore(authentication.now())) {
            place.error("the own %s has expired".formatted(CertificateText.of(certificate)), "have it renewed");
            return Optional.empty();
        }
        warnOfAge(place, List.of(certificate));
        return credential;
    }

    private void warnOfAge(Section place, List<X509Certificate> certificates) {
        for (X509Certificate each : certificates) {
            Instant end = each.getNotAfter().toInstant();
            if (end.isBefore(authentication.now())) {
                place.warning(CertificateText.of(each) + " has expired", "peers whose chain ends there are refused");
            } else if (end.isBefore(authentication.now().plus(SOON))) {
                long days = Duration.between(authentication.now(), end).toDays();
                place.warning("%s expires in %d days".formatted(CertificateText.of(each), days), "have it renewed");
            } else if (each.getNotBefore().toInstant().isAfter(authentication.now())) {
                place.warning(CertificateText.of(each) + " is not yet valid", "look at the clock of this host");
            }
        }
    }
}
