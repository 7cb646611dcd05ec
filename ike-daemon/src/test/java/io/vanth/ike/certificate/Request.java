package io.vanth.ike.certificate;

import io.vanth.ike.identity.Identity;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;

/// What a certificate shall say.
///
/// @param subject      in the order of the encoding, as `C=DE, CN=gw`
/// @param alternatives as the configuration spells identities: an address, a domain name, user@domain
/// @param usage        bits of the key usage, or 0 to leave it out
/// @param extended     object identifiers of the extended key usage, or none to leave it out
/// @param authority    whether it may issue certificates
/// @param responder    the address of an OCSP responder, or empty
public record Request(String subject, List<String> alternatives, KeyPair key, Instant from, Instant to, int usage,
        List<String> extended, boolean authority, String responder, String revocationList) {
    public Request {
        alternatives = List.copyOf(alternatives);
        extended = List.copyOf(extended);
    }

    /// For a gateway: valid since an hour and for a year, with digitalSignature.
    public static Request of(String subject, KeyPair key, String... alternatives) {
        Instant now = Instant.now();
        return new Request(subject, List.of(alternatives), key, now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(365)), KeyUsage.digitalSignature, List.of(), false, "", "");
    }

    /// The same, valid at other times.
    public Request valid(Instant earliest, Instant latest) {
        return new Request(subject, alternatives, key, earliest, latest, usage, extended, authority, responder,
                revocationList);
    }

    /// The same, for other purposes.
    public Request purposes(int keyUsage, String... extendedUsages) {
        return new Request(subject, alternatives, key, from, to, keyUsage, List.of(extendedUsages), authority,
                responder, revocationList);
    }

    /// The same, for an authority.
    public Request forAuthority() {
        return new Request(subject, alternatives, key, from, to, KeyUsage.keyCertSign | KeyUsage.cRLSign, extended,
                true, responder, revocationList);
    }

    /// The same, with a place where its revocation can be asked for.
    public Request fetched(String ocsp, String list) {
        return new Request(subject, alternatives, key, from, to, usage, extended, authority, ocsp, list);
    }

    X500Name name() {
        return new X500Name(subject.replace(", ", ","));
    }

    GeneralName[] names() {
        List<GeneralName> names = new ArrayList<>();
        for (String each : alternatives) {
            Identity identity = Identity.parse(each);
            byte[] data = identity.data().toArray();
            names.add(switch (identity.type()) {
                case Identity.FQDN -> new GeneralName(GeneralName.dNSName, each);
                case Identity.USER_FQDN -> new GeneralName(GeneralName.rfc822Name, each);
                // A subnet is none that a certificate may have (RFC 5280 section 4.2.1.6), but parsers let it through.
                case Identity.IPV4_ADDR, Identity.IPV6_ADDR, Identity.IPV4_ADDR_SUBNET ->
                    new GeneralName(GeneralName.iPAddress, new DEROctetString(data));
                case Identity.DER_ASN1_DN -> new GeneralName(X500Name.getInstance(data));
                default -> throw new IllegalArgumentException(each + " is no alternative name");
            });
        }
        return names.toArray(GeneralName[]::new);
    }
}
