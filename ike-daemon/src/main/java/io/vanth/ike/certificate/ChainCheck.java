package io.vanth.ike.certificate;

import io.vanth.ike.certificate.Verdict.Reason;
import io.vanth.ike.certificate.Verdict.Refused;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Validates a chain as RFC 5280 section 6 says, with the JDK's validator, but for revocation.
final class ChainCheck {
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    private ChainCheck() {}

    /// What is wrong with the chain at `time`, of which the seconds count, as in certificates.
    static Optional<Refused> objection(Chain chain, Instant time, boolean shortKeys) {
        Instant now = time.truncatedTo(ChronoUnit.SECONDS);
        Optional<Refused> weak = weakness(chain, shortKeys);
        if (weak.isPresent()) {
            return weak;
        }
        return chain.isPinned() ? expiry(chain.leaf(), now) : validate(chain, now);
    }

    /// Why `certificate` cannot be a trust anchor, as the end of a sentence about it.
    static Optional<String> anchorObjection(X509Certificate certificate) {
        return !isSelfSigned(certificate) && certificate.getExtensionValue(NAME_CONSTRAINTS) != null
                ? Optional.of("is no root but constrains names, which only its root's validation can enforce")
                : Optional.empty();
    }

    private static Optional<Refused> weakness(Chain chain, boolean shortKeys) {
        List<X509Certificate> all = new ArrayList<>(chain.certificates());
        all.add(chain.anchor());
        return all.stream().flatMap(each -> KeyKind.weakness(each.getPublicKey(), shortKeys).stream()
                .map(weakness -> new Refused(Reason.WEAK_KEY, CertificateText.of(each) + " " + weakness))).findFirst();
    }

    private static Optional<Refused> expiry(X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
            return Optional.empty();
        } catch (CertificateExpiredException expired) {
            return Optional.of(new Refused(Reason.EXPIRED, CertificateText.of(certificate) + " has expired"));
        } catch (CertificateNotYetValidException early) {
            return Optional.of(new Refused(Reason.NOT_YET_VALID, CertificateText.of(certificate)
                    + " is not yet valid"));
        }
    }

    /// A root is validated like the others, under its own key: so its dates, constraints and critical extensions count,
    /// which the validator does not look at in an anchor.
    private static Optional<Refused> validate(Chain chain, Instant now) {
        List<X509Certificate> path = new ArrayList<>(chain.certificates());
        TrustAnchor anchor = new TrustAnchor(chain.anchor(), null);
        if (isSelfSigned(chain.anchor())) {
            path.add(chain.anchor());
            anchor = new TrustAnchor(chain.anchor().getSubjectX500Principal(), chain.anchor().getPublicKey(), null);
        } else {
            Optional<Refused> late = expiry(chain.anchor(), now);
            if (late.isPresent()) {
                return late;
            }
        }
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(anchor));
            parameters.setDate(Date.from(now));
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(CertificateFactory.getInstance("X.509")
                    .generateCertPath(path), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException invalid) {
            return Optional.of(refusal(invalid, path));
        } catch (CertificateException unreadable) {
            return Optional.of(new Refused(Reason.MALFORMED, "a certificate cannot be read"));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks a path validator", missing);
        } catch (RuntimeException unsupported) {
            // The validator throws these at names of kinds that it has no constraints for, and at lying encodings.
            return Optional.of(new Refused(Reason.BAD_CHAIN,
                    "the chain cannot be validated: " + Printable.of(unsupported.getMessage())));
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return isSigned(certificate, certificate);
    }

    /// Whether `issuer` has the name and the key of the one that signed `certificate`.
    static boolean isSigned(X509Certificate certificate, X509Certificate issuer) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException byAnother) {
            return false;
        }
    }

    private static Refused refusal(CertPathValidatorException invalid, List<X509Certificate> path) {
        int index = invalid.getIndex();
        String which = index >= 0 && index < path.size() ? CertificateText.of(path.get(index)) : "the chain";
        return switch (invalid.getReason()) {
            case BasicReason.EXPIRED -> new Refused(Reason.EXPIRED, which + " has expired");
            case BasicReason.NOT_YET_VALID -> new Refused(Reason.NOT_YET_VALID, which + " is not yet valid");
            case BasicReason.INVALID_SIGNATURE -> new Refused(Reason.BAD_CHAIN,
                    which + " was not signed by the issuer that it names");
            case BasicReason.ALGORITHM_CONSTRAINED -> new Refused(Reason.WEAK_KEY,
                    which + " has a key or signature of a kind that is too weak");
            case PKIXReason.NO_TRUST_ANCHOR -> new Refused(Reason.UNKNOWN_AUTHORITY,
                    which + " was not signed by the authority that it names");
            case PKIXReason.NOT_CA_CERT -> new Refused(Reason.BAD_CHAIN, which + " is not that of an authority");
            case PKIXReason.PATH_TOO_LONG -> new Refused(Reason.BAD_CHAIN,
                    which + " has more authorities below it than it allows");
            case PKIXReason.INVALID_NAME -> new Refused(Reason.BAD_CHAIN,
                    which + " has a name that an authority above it does not allow");
            case PKIXReason.INVALID_KEY_USAGE -> new Refused(Reason.BAD_CHAIN,
                    which + " is not for signing certificates");
            case PKIXReason.UNRECOGNIZED_CRIT_EXT -> new Refused(Reason.BAD_CHAIN,
                    which + " has a critical extension of unknown meaning");
            case null, default -> new Refused(Reason.BAD_CHAIN, "%s is not valid: %s".formatted(which,
                    Printable.of(invalid.getMessage())));
        };
    }
}
