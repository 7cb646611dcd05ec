package io.vanth.ike.certificate;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/// Where a certificate says that its revocation can be asked for; addresses of http only, and few of them.
///
/// @param responders of OCSP (RFC 5280 section 4.2.2.1)
/// @param lists      of complete revocation lists of its issuer (RFC 5280 section 4.2.1.13)
public record RevocationPlaces(List<String> responders, List<String> lists) {
    private static final String INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String DISTRIBUTION_POINTS = "2.5.29.31";
    private static final int MOST = 2;
    private static final int LONGEST = 1024;

    public RevocationPlaces {
        responders = List.copyOf(responders);
        lists = List.copyOf(lists);
    }

    /// The places that `certificate` names; what cannot be read names none.
    public static RevocationPlaces of(X509Certificate certificate) {
        return new RevocationPlaces(addresses(() -> responders(certificate)), addresses(() -> lists(certificate)));
    }

    /// Whether nothing can be asked.
    public boolean isEmpty() {
        return responders.isEmpty() && lists.isEmpty();
    }

    private interface Names {
        Stream<GeneralName> read();
    }

    private static List<String> addresses(Names names) {
        try {
            return names.read().filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(name -> name.getName().toString())
                    .filter(address -> address.length() <= LONGEST
                            && address.toLowerCase(Locale.ROOT).startsWith("http://"))
                    .distinct().limit(MOST).toList();
        } catch (IllegalArgumentException unreadable) {
            return List.of();
        }
    }

    private static Stream<GeneralName> responders(X509Certificate certificate) {
        return extension(certificate, INFORMATION_ACCESS)
                .map(content -> Arrays.stream(AuthorityInformationAccess.getInstance(content).getAccessDescriptions()))
                .orElseGet(Stream::empty)
                .filter(access -> access.getAccessMethod().equals(AccessDescription.id_ad_ocsp))
                .map(AccessDescription::getAccessLocation);
    }

    /// Points with an issuer of their own or some reasons only hold no complete list.
    private static Stream<GeneralName> lists(X509Certificate certificate) {
        return extension(certificate, DISTRIBUTION_POINTS)
                .map(content -> Arrays.stream(CRLDistPoint.getInstance(content).getDistributionPoints()))
                .orElseGet(Stream::empty)
                .filter(point -> point.getCRLIssuer() == null && point.getReasons() == null
                        && point.getDistributionPoint() != null
                        && point.getDistributionPoint().getType() == DistributionPointName.FULL_NAME)
                .flatMap(point -> Arrays.stream(GeneralNames.getInstance(point.getDistributionPoint().getName())
                        .getNames()));
    }

    private static Optional<byte[]> extension(X509Certificate certificate, String oid) {
        return Optional.ofNullable(certificate.getExtensionValue(oid))
                .map(value -> ASN1OctetString.getInstance(value).getOctets());
    }
}
