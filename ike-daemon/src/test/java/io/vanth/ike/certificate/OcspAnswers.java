package io.vanth.ike.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/// Makes OCSP responses about `about`, signed with `key`.
///
/// @param issuer whom the response names as the issuer
/// @param next   when the next one comes, or null where it does not say
/// @param sent   the certificates of responders in it
record OcspAnswers(X509Certificate about, X509Certificate issuer, KeyPair key, Instant from, Instant next,
        X509Certificate... sent) {
    /// By the authority itself, current for a day.
    static OcspAnswers by(Authority authority, X509Certificate about) {
        Instant now = Instant.now();
        return new OcspAnswers(about, authority.certificate(), authority.key(), now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(1)));
    }

    /// The same, at other times.
    OcspAnswers at(Instant earliest, Instant latest) {
        return new OcspAnswers(about, issuer, key, earliest, latest, sent);
    }

    /// The same, signed by another.
    OcspAnswers signed(KeyPair signing, X509Certificate... certificates) {
        return new OcspAnswers(about, issuer, signing, from, next, certificates);
    }

    byte[] good() {
        return answer(CertificateStatus.GOOD);
    }

    byte[] revoked() {
        return answer(new RevokedStatus(Date.from(from), CRLReason.keyCompromise));
    }

    /// With any status.
    byte[] answer(CertificateStatus status) {
        try {
            DigestCalculator sha1 = new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
            var builder = new BasicOCSPRespBuilder(
                    SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()), sha1);
            builder.addResponse(new CertificateID(sha1, new JcaX509CertificateHolder(issuer), about.getSerialNumber()),
                    status, Date.from(from), next == null ? null : Date.from(next), null);
            X509CertificateHolder[] chain = Arrays.stream(sent).map(OcspAnswers::holder)
                    .toArray(X509CertificateHolder[]::new);
            return new OCSPRespBuilder().build(OCSPResp.SUCCESSFUL,
                    builder.build(Authority.signer(key), chain, Date.from(from))).getEncoded();
        } catch (GeneralSecurityException | OCSPException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509CertificateHolder holder(X509Certificate certificate) {
        try {
            return new JcaX509CertificateHolder(certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
