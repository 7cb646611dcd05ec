package io.vanth.ike.certificate;

import io.vanth.ike.identity.Identity;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/// The identities that a certificate vouches for: its subject, and its alternative names, each for the identity type of
/// its own (RFC 4945 section 3.1, S-14). A common name is never taken for a domain name.
public final class SubjectNames {
    private static final int RFC822_NAME = 1;
    private static final int DNS_NAME = 2;
    private static final int DIRECTORY_NAME = 4;
    private static final int IP_ADDRESS = 7;

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
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(each -> identity((Integer) each.getFirst(), each.get(1)).ifPresent(names::add));
            }
        } catch (CertificateParsingException unreadable) {
            // The path validation refuses such a certificate; here it has no names but its subject.
            return names;
        } catch (IllegalArgumentException noName) {
            // The JDK's parser lets through what is no name of its type, as an address with a mask: who was certified by
            // such a certificate is not known (RFC 5280 section 4.2.1.6).
            return List.of();
        }
        return names;
    }

    /// The subject as an identity, with the very bytes of the certificate.
    public static Identity subject(X509Certificate certificate) {
        return new Identity(Identity.DER_ASN1_DN,
                Bytes.owning(certificate.getSubjectX500Principal().getEncoded()));
    }

    private static Optional<Identity> identity(int type, Object value) {
        return switch (type) {
            case RFC822_NAME -> Optional.of(text(Identity.USER_FQDN, value));
            case DNS_NAME -> Optional.of(text(Identity.FQDN, value));
            case DIRECTORY_NAME -> Optional.of(new Identity(Identity.DER_ASN1_DN, Bytes.owning(
                    new X500Principal((String) value).getEncoded())));
            case IP_ADDRESS -> Optional.of(Identity.of(InetAddress.ofLiteral((String) value)));
            default -> Optional.empty();
        };
    }

    private static Identity text(int type, Object value) {
        return new Identity(type, Bytes.owning(((String) value).getBytes(StandardCharsets.UTF_8)));
    }
}
