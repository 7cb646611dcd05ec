package io.vanth.ike.certificate;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/// The identities that a certificate vouches for: its subject, and its alternative names, each for the identity type of
/// its own (RFC 4945 section 3.1, S-14). A common name is never taken for a domain name.
public final class SubjectNames {
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";

    private SubjectNames() {}

    /// Whether the certificate is that of `identity`. A star in the certificate stands for nothing but itself: who has a
    /// certificate of that name must not pass for all others of the authority.
    public static boolean hold(X509Certificate certificate, Identity identity) {
        return of(certificate).stream().anyMatch(each -> each.isSame(identity));
    }

    /// The subject, if there is one, and then the alternative names in their order; none where one of them is malformed.
    public static List<Identity> of(X509Certificate certificate) {
        List<Identity> names = new ArrayList<>();
        if (!certificate.getSubjectX500Principal().getName().isEmpty()) {
            names.add(subject(certificate));
        }
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                alternatives(certificate).forEach(each -> identity(each).ifPresent(names::add));
            }
        } catch (CertificateParsingException unreadable) {
            // The path validation refuses such a certificate; here it has no names but its subject.
            return names;
        } catch (IllegalArgumentException | IllegalStateException noName) {
            // The JDK's parser lets through what is no name of its type, as an address with a mask, and the other parser,
            // which reads late, says so in two ways: who was certified by such a certificate is not known (RFC 5280
            // section 4.2.1.6).
            return List.of();
        }
        return names;
    }

    /// As they are encoded: the JDK makes IPv4 addresses of those of IPv6 that map one.
    private static Stream<GeneralName> alternatives(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(ALTERNATIVE_NAMES);
        return Arrays.stream(GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets()).getNames());
    }

    /// The subject as an identity, with the very bytes of the certificate.
    public static Identity subject(X509Certificate certificate) {
        return new Identity(Identity.DER_ASN1_DN,
                Bytes.owning(certificate.getSubjectX500Principal().getEncoded()));
    }

    private static Optional<Identity> identity(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.rfc822Name -> Optional.of(text(Identity.USER_FQDN, name));
            case GeneralName.dNSName -> Optional.of(text(Identity.FQDN, name));
            case GeneralName.directoryName -> Optional.of(new Identity(Identity.DER_ASN1_DN,
                    Bytes.owning(new X500Principal(encoded(name)).getEncoded())));
            case GeneralName.iPAddress -> Optional.of(address(
                    Bytes.of(ASN1OctetString.getInstance(name.getName()).getOctets())));
            default -> Optional.empty();
        };
    }

    /// Four octets or sixteen (RFC 5280 section 4.2.1.6): sixteen are IPv6, also where an IPv4 address is mapped in them.
    private static Identity address(Bytes octets) {
        return switch (octets.length()) {
            case 4 -> new Identity(Identity.IPV4_ADDR, octets);
            case 16 -> new Identity(Identity.IPV6_ADDR, octets);
            default -> throw new IllegalArgumentException("%d octets are no address".formatted(octets.length()));
        };
    }

    private static byte[] encoded(GeneralName name) {
        try {
            return name.getName().toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalArgumentException("a name has no encoding", e);
        }
    }

    private static Identity text(int type, GeneralName name) {
        String text = ASN1IA5String.getInstance(name.getName()).getString();
        return new Identity(type, Bytes.owning(text.getBytes(StandardCharsets.UTF_8)));
    }
}
