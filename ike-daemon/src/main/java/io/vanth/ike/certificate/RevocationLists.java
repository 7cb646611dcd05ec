package io.vanth.ike.certificate;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;

/// What revocation lists say of a certificate (RFC 5280 section 6.3, without delta and indirect lists).
record RevocationLists(List<X509CRL> lists) {
    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    private static final String DISTRIBUTION_POINTS = "2.5.29.31";
    private static final int CRL_SIGN = 6;

    RevocationLists {
        lists = List.copyOf(lists);
    }

    /// What is known of `certificate`, which `issuer` issued.
    RevocationStatus status(X509Certificate certificate, X509Certificate issuer, Instant now) {
        List<X509CRL> genuine = lists.stream().filter(list -> covers(list, certificate) && isGenuine(list, issuer))
                .toList();
        // Once revoked stays revoked, however old the list is.
        for (X509CRL list : genuine) {
            X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
            if (entry != null) {
                return new RevocationStatus.Revoked(entry.getRevocationDate().toInstant());
            }
        }
        if (genuine.stream().anyMatch(list -> isCurrent(list, now))) {
            return new RevocationStatus.Good();
        }
        return new RevocationStatus.Unknown(genuine.isEmpty()
                ? "there is no revocation list of its issuer"
                : "the revocation list of its issuer is out of date");
    }

    private static boolean isCurrent(X509CRL list, Instant now) {
        return !list.getThisUpdate().toInstant().isAfter(now) && list.getNextUpdate() != null
                && !list.getNextUpdate().toInstant().isBefore(now);
    }

    private static boolean isGenuine(X509CRL list, X509Certificate issuer) {
        boolean[] usage = issuer.getKeyUsage();
        if (usage != null && !usage[CRL_SIGN]) {
            return false;
        }
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException forged) {
            return false;
        }
    }

    /// Whether the list is about certificates like this one: a list with a critical extension that is not understood says
    /// nothing.
    private static boolean covers(X509CRL list, X509Certificate certificate) {
        if (!list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        Set<String> critical = list.getCriticalExtensionOIDs();
        if (critical != null && critical.stream().anyMatch(oid -> !oid.equals(ISSUING_DISTRIBUTION_POINT))) {
            return false;
        }
        byte[] scope = list.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
        return scope == null || covers(IssuingDistributionPoint.getInstance(content(scope)), certificate);
    }

    private static boolean covers(IssuingDistributionPoint scope, X509Certificate certificate) {
        boolean authority = certificate.getBasicConstraints() >= 0;
        if (scope.isIndirectCRL() || scope.onlyContainsAttributeCerts() || scope.getOnlySomeReasons() != null
                || scope.onlyContainsCACerts() && !authority || scope.onlyContainsUserCerts() && authority) {
            return false;
        }
        DistributionPointName part = scope.getDistributionPoint();
        byte[] points = certificate.getExtensionValue(DISTRIBUTION_POINTS);
        return part == null || points != null
                && Arrays.stream(CRLDistPoint.getInstance(content(points)).getDistributionPoints())
                        .anyMatch(point -> overlap(point, part));
    }

    private static boolean overlap(DistributionPoint point, DistributionPointName part) {
        return names(point.getDistributionPoint()).anyMatch(name -> names(part).anyMatch(name::equals));
    }

    private static Stream<?> names(DistributionPointName name) {
        return name != null && name.getType() == DistributionPointName.FULL_NAME
                ? Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
                : Stream.empty();
    }

    private static byte[] content(byte[] extension) {
        return ASN1OctetString.getInstance(extension).getOctets();
    }
}
