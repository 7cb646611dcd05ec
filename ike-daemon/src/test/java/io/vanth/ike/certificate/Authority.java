package io.vanth.ike.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Issues certificates and revocation lists for tests.
public final class Authority {
    private static final AtomicLong SERIALS = new AtomicLong(0x1000);

    private final KeyPair key;
    private final X509Certificate certificate;

    private Authority(KeyPair key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /// A root with a key of its own.
    public static Authority root(String subject) {
        return root(Request.of(subject, Keys.ec("secp256r1")));
    }

    /// A root as `request` says.
    public static Authority root(Request request) {
        Request own = request.forAuthority();
        return new Authority(own.key(), certificate(own, own.name(), own.key(), algorithm(own.key())));
    }

    /// Whoever has a certificate, whether or not it allows to issue others.
    public static Authority of(KeyPair key, X509Certificate certificate) {
        return new Authority(key, certificate);
    }

    /// An authority for which this one vouches.
    public Authority authority(String subject) {
        return authority(Request.of(subject, Keys.ec("secp256r1")));
    }

    /// An authority for which this one vouches, as `request` says.
    public Authority authority(Request request) {
        return new Authority(request.key(), issue(request.forAuthority()));
    }

    /// Its own certificate.
    public X509Certificate certificate() {
        return certificate;
    }

    KeyPair key() {
        return key;
    }

    /// A certificate as `request` says.
    public X509Certificate issue(Request request) {
        return issue(request, algorithm(key));
    }

    /// The same, signed with an algorithm of the JDK's names.
    public X509Certificate issue(Request request, String algorithm) {
        return certificate(request, X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), key,
                algorithm);
    }

    /// Its list of what it revoked, current for a day from now on.
    public X509CRL revoking(X509Certificate... revoked) {
        Instant now = Instant.now();
        return revoking(now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)), revoked);
    }

    /// Its list of what it revoked.
    public X509CRL revoking(Instant thisUpdate, Instant nextUpdate, X509Certificate... revoked) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), Date.from(thisUpdate));
        builder.setNextUpdate(Date.from(nextUpdate));
        for (X509Certificate each : revoked) {
            builder.addCRLEntry(each.getSerialNumber(), Date.from(thisUpdate), CRLReason.keyCompromise);
        }
        try {
            // RFC 5280 section 5.2.1; strongSwan finds a list by it.
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(key.getPublic()));
            return new JcaX509CRLConverter().getCRL(builder.build(signer(key)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The certificate of an authority that may vouch for names under `domain` only.
    X509Certificate constrained(String subject, String domain) {
        Request request = Request.of(subject, Keys.ec("secp256r1")).forAuthority();
        try {
            var builder = new JcaX509v3CertificateBuilder(certificate, BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(request.from()), Date.from(request.to()),
                    new javax.security.auth.x500.X500Principal(subject), request.key().getPublic());
            extend(builder, request);
            builder.addExtension(Extension.nameConstraints, true, new NameConstraints(
                    new GeneralSubtree[]{new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain))}, null));
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate certificate(Request request, X500Name issuer, KeyPair signing, String algorithm) {
        try {
            var builder = new JcaX509v3CertificateBuilder(issuer, BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(request.from()), Date.from(request.to()), request.name(), request.key().getPublic());
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false,
                    identifiers.createSubjectKeyIdentifier(request.key().getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    identifiers.createAuthorityKeyIdentifier(signing.getPublic()));
            extend(builder, request);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(signing, algorithm)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void extend(JcaX509v3CertificateBuilder builder, Request request) throws IOException {
        if (request.authority()) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        }
        if (request.usage() != 0) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(request.usage()));
        }
        if (!request.extended().isEmpty()) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(request.extended().stream()
                    .map(oid -> KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid)))
                    .toArray(KeyPurposeId[]::new)));
        }
        if (!request.alternatives().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(request.names()));
        }
        if (!request.responder().isEmpty()) {
            builder.addExtension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(
                    AccessDescription.id_ad_ocsp,
                    new GeneralName(GeneralName.uniformResourceIdentifier, request.responder())));
        }
        if (!request.revocationList().isEmpty()) {
            GeneralName place = new GeneralName(GeneralName.uniformResourceIdentifier, request.revocationList());
            builder.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[]{
                    new DistributionPoint(new DistributionPointName(new GeneralNames(place)), null, null)}));
        }
    }

    private static String algorithm(KeyPair key) {
        return key.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    static ContentSigner signer(KeyPair key) {
        return signer(key, algorithm(key));
    }

    private static ContentSigner signer(KeyPair key, String algorithm) {
        try {
            return new JcaContentSignerBuilder(algorithm).build(key.getPrivate());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
