package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the network whether certificates are revoked, OCSP first and else for a list, and remembers what was fetched
/// until it is out of date. Only for certificates of chains that are trusted already (S-13).
public final class RevocationFetch {
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final int LONGEST_LIST = 1024 * 1024;
    private static final int MOST_ANSWERS = 1024;
    private static final int MOST_LISTS = 8;
    private static final int MOST_FAILURES = 64;
    /// After which a place that failed is asked again.
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Fetcher fetcher;
    private final Remembered<About, RevocationStatus> answers = new Remembered<>(MOST_ANSWERS);
    private final Remembered<About, X509CRL> lists = new Remembered<>(MOST_LISTS);
    private final Remembered<String, String> failures = new Remembered<>(MOST_FAILURES);

    /// A certificate, or the issuer of a list, and the place that tells about it.
    private record About(String address, X509Certificate certificate, X509Certificate issuer) {}

    public RevocationFetch(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    /// One judgement's questions.
    ///
    /// @param known lists that are there without fetching
    Visit begin(RevocationLists known, boolean shortKeys, Instant now) {
        return new Visit(fetcher.begin(), known, shortKeys, now);
    }

    /// One judgement's questions.
    final class Visit {
        private final Fetcher.Errand errand;
        private final RevocationLists known;
        private final boolean shortKeys;
        private final Instant now;

        private Visit(Fetcher.Errand errand, RevocationLists known, boolean shortKeys, Instant now) {
            this.errand = errand;
            this.known = known;
            this.shortKeys = shortKeys;
            this.now = now;
        }

        /// What the network says of `certificate`, which `issuer` issued. Waits.
        RevocationStatus status(X509Certificate certificate, X509Certificate issuer) {
            RevocationPlaces places = RevocationPlaces.of(certificate);
            List<String> reasons = new ArrayList<>();
            for (String address : places.responders()) {
                RevocationStatus status = ask(new About(address, certificate, issuer));
                if (!(status instanceof RevocationStatus.Unknown(String reason))) {
                    return status;
                }
                reasons.add(Printable.of(address) + ": " + reason);
            }
            for (String address : places.lists()) {
                RevocationStatus status = list(address, certificate, issuer);
                if (!(status instanceof RevocationStatus.Unknown(String reason))) {
                    return status;
                }
                reasons.add(Printable.of(address) + ": " + reason);
            }
            return new RevocationStatus.Unknown(reasons.isEmpty()
                    ? "it names no http: address where to ask"
                    : String.join("; ", reasons));
        }

        private RevocationStatus ask(About about) {
            Optional<RevocationStatus> remembered = answers.get(about, now);
            if (remembered.isPresent()) {
                return remembered.get();
            }
            OcspExchange exchange = new OcspExchange(about.certificate(), about.issuer(), known, shortKeys);
            try {
                Bytes response = fetch(about.address(), exchange.question(), LONGEST_ANSWER);
                OcspExchange.Answer answer = exchange.read(response, now);
                answers.put(about, answer.status(), atLeastPaused(answer.until()));
                return answer.status();
            } catch (IOException failed) {
                return new RevocationStatus.Unknown(Printable.of(failed.getMessage()));
            }
        }

        private RevocationStatus list(String address, X509Certificate certificate, X509Certificate issuer) {
            About about = new About(address, issuer, issuer);
            Optional<X509CRL> remembered = lists.get(about, now);
            if (remembered.isPresent()) {
                return status(remembered.get(), certificate, issuer);
            }
            try {
                X509CRL list = read(fetch(address, Bytes.EMPTY, LONGEST_LIST));
                RevocationStatus status = status(list, certificate, issuer);
                // Of a list that says nothing, which may be forged, the dates are no promise.
                lists.put(about, list, status instanceof RevocationStatus.Unknown || list.getNextUpdate() == null
                        ? now.plus(PAUSE)
                        : atLeastPaused(list.getNextUpdate().toInstant()));
                return status;
            } catch (IOException failed) {
                return new RevocationStatus.Unknown(Printable.of(failed.getMessage()));
            }
        }

        private RevocationStatus status(X509CRL list, X509Certificate certificate, X509Certificate issuer) {
            try {
                return new RevocationLists(List.of(list)).status(certificate, issuer, now);
            } catch (RuntimeException lying) {
                return new RevocationStatus.Unknown("the list there is broken: " + Printable.of(lying.getMessage()));
            }
        }

        /// A place that failed is left alone for a while, so that those behind it get their share of the time.
        private Bytes fetch(String address, Bytes question, int longest) throws IOException {
            Optional<String> failure = failures.get(address, now);
            if (failure.isPresent()) {
                throw new IOException(failure.get());
            }
            if (errand.isOver()) {
                throw new IOException("there was no time left to ask");
            }
            try {
                return errand.fetch(address, question, longest);
            } catch (IOException failed) {
                failures.put(address, String.valueOf(failed.getMessage()), now.plus(PAUSE));
                throw failed;
            }
        }

        private Instant atLeastPaused(Instant until) {
            Instant pause = now.plus(PAUSE);
            return until.isAfter(pause) ? until : pause;
        }
    }

    private static X509CRL read(Bytes content) throws IOException {
        if (content.isEmpty() || content.at(0) != 0x30) {
            throw new IOException("what is there is not DER");
        }
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(content.toArray()));
        } catch (GeneralSecurityException | RuntimeException broken) {
            throw new IOException("the list there cannot be read: " + Printable.of(broken.getMessage()), broken);
        }
    }
}
