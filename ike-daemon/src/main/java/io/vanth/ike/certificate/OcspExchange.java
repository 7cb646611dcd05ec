package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/// A question to an OCSP responder about one certificate, and what its answer is worth (RFC 6960). No nonce is sent, so
/// that responders may answer from stock (RFC 5019): how long an answer can be replayed is what its dates say.
///
/// @param known     lists that may say that the responder's own certificate is revoked
/// @param shortKeys whether that certificate may have an RSA key of 1024 bits
record OcspExchange(X509Certificate certificate, X509Certificate issuer, RevocationLists known, boolean shortKeys) {
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int MOST_DELEGATES = 4;
    /// RSA with MD2, MD4 and MD5.
    private static final Set<String> BROKEN = Set.of("1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3",
            "1.2.840.113549.1.1.4");
    /// How far the responder's clock may be ahead.
    private static final Duration SKEW = Duration.ofMinutes(5);
    /// How old an answer may be that does not say when the next one comes.
    private static final Duration UNDATED = Duration.ofHours(1);

    /// What an answer says.
    ///
    /// @param until when it ends to be true, in the past if nothing says so
    record Answer(RevocationStatus status, Instant until) {}

    /// The request. SHA-1 only names the issuer here, and is what every responder understands (RFC 5019 section 2.1.1).
    Bytes question() {
        try {
            CertificateID id = new CertificateID(digests().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer), certificate.getSerialNumber());
            return Bytes.owning(new OCSPReqBuilder().addRequest(id).build().getEncoded());
        } catch (GeneralSecurityException | OCSPException | OperatorCreationException | IOException missing) {
            throw new IllegalStateException("the JDK cannot hash a certificate", missing);
        }
    }

    /// What `response`, which may be anything, says at `now`.
    Answer read(Bytes response, Instant now) {
        try {
            OCSPResp outer = new OCSPResp(response.toArray());
            if (outer.getStatus() != OCSPResp.SUCCESSFUL) {
                return nothing("the responder refuses to answer with status " + outer.getStatus());
            }
            return outer.getResponseObject() instanceof BasicOCSPResp basic
                    ? read(basic, now)
                    : nothing("the responder's answer is of an unknown kind");
        } catch (IOException | GeneralSecurityException | OCSPException | OperatorCreationException
                | RuntimeException broken) {
            return nothing("the responder's answer cannot be read: " + Printable.of(broken.getMessage()));
        }
    }

    private Answer read(BasicOCSPResp basic, Instant now)
            throws GeneralSecurityException, OCSPException, OperatorCreationException {
        if (!isGenuine(basic, now)) {
            return nothing("the responder's answer is signed by nobody whom the issuer entitled");
        }
        if (!basic.getCriticalExtensionOIDs().isEmpty()) {
            return nothing("the responder's answer has a critical extension of unknown meaning");
        }
        for (SingleResp single : basic.getResponses()) {
            if (isAboutThis(single.getCertID()) && single.getCriticalExtensionOIDs().isEmpty()) {
                return read(single, now);
            }
        }
        return nothing("the responder's answer is about another certificate");
    }

    private boolean isAboutThis(CertificateID id)
            throws GeneralSecurityException, OCSPException, OperatorCreationException {
        return id.getSerialNumber().equals(certificate.getSerialNumber())
                && id.matchesIssuer(new JcaX509CertificateHolder(issuer), digests());
    }

    private static Answer read(SingleResp single, Instant now) {
        Instant from = single.getThisUpdate().toInstant();
        Date next = single.getNextUpdate();
        Instant until = next == null ? from : next.toInstant();
        // Once revoked stays revoked, however old the answer is.
        if (single.getCertStatus() instanceof RevokedStatus revoked) {
            return new Answer(new RevocationStatus.Revoked(revoked.getRevocationTime().toInstant()), until);
        }
        if (from.isAfter(now.plus(SKEW)) || (next == null ? from.plus(UNDATED) : until).isBefore(now)) {
            return nothing("the responder's answer is out of date");
        }
        return Objects.equals(single.getCertStatus(), CertificateStatus.GOOD)
                ? new Answer(new RevocationStatus.Good(), until)
                : nothing("the responder does not know it");
    }

    /// RFC 6960 section 4.2.2.2: the issuer itself signed, or one whom it made a responder.
    private boolean isGenuine(BasicOCSPResp basic, Instant now) throws GeneralSecurityException {
        if (BROKEN.contains(basic.getSignatureAlgOID().getId())) {
            return false;
        }
        if (isSigned(basic, issuer.getPublicKey())) {
            return true;
        }
        List<X509CertificateHolder> delegates = Arrays.stream(basic.getCerts()).limit(MOST_DELEGATES).toList();
        for (X509CertificateHolder each : delegates) {
            X509Certificate delegate = new JcaX509CertificateConverter().getCertificate(each);
            if (isEntitled(delegate, now) && isSigned(basic, delegate.getPublicKey())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSigned(BasicOCSPResp basic, PublicKey key) {
        try {
            return basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OCSPException | OperatorCreationException ofAnotherKind) {
            return false;
        }
    }

    private boolean isEntitled(X509Certificate delegate, Instant now) throws GeneralSecurityException {
        List<String> extended = delegate.getExtendedKeyUsage();
        boolean[] usage = delegate.getKeyUsage();
        if (extended == null || !extended.contains(OCSP_SIGNING) || usage != null && !usage[DIGITAL_SIGNATURE]
                || !delegate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                || delegate.getNotBefore().toInstant().isAfter(now) || delegate.getNotAfter().toInstant().isBefore(now)
                || KeyKind.weakness(delegate.getPublicKey(), shortKeys).isPresent()) {
            return false;
        }
        try {
            delegate.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException byAnother) {
            return false;
        }
        return !(known.status(delegate, issuer, now) instanceof RevocationStatus.Revoked);
    }

    private static Answer nothing(String reason) {
        return new Answer(new RevocationStatus.Unknown(reason), Instant.EPOCH);
    }

    private static DigestCalculatorProvider digests() throws OperatorCreationException {
        return new JcaDigestCalculatorProviderBuilder().build();
    }
}
