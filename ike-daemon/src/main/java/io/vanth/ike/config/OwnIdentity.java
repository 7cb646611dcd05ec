package io.vanth.ike.config;

import io.vanth.ike.certificate.CertificateText;
import io.vanth.ike.certificate.SubjectNames;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// What a gateway with a certificate calls itself.
final class OwnIdentity {
    private OwnIdentity() {}

    /// The identity of `place`, which without one is the certificate's first name, as strongSwan has it. A subject is
    /// written as the certificate writes it, because peers may compare the bytes.
    static Identity of(Section place, Identity otherwise, Optional<Authentication> authentication) {
        Optional<X509Certificate> own = authentication.flatMap(each -> each instanceof Authentication.Signatures signing
                ? signing.own().certificate()
                : Optional.empty());
        if (own.isEmpty()) {
            return otherwise;
        }
        List<Identity> names = SubjectNames.of(own.get());
        if (!place.has("id")) {
            return names.isEmpty() ? otherwise : names.getFirst();
        }
        Optional<Identity> same = names.stream().filter(name -> name.isSame(otherwise)).findFirst();
        if (same.isEmpty()) {
            place.section("id").warning("the own %s is not for '%s': peers will not believe it".formatted(
                    CertificateText.of(own.get()), otherwise), "use one of its names: " + names);
        }
        return same.orElse(otherwise);
    }
}
