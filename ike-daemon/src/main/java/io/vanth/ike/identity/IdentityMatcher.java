package io.vanth.ike.identity;

import io.vanth.ike.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// Whether an identity is the one that was asked for (RFC 4945 section 3.1).
final class IdentityMatcher {
    private static final String ANY_VALUE = "*";

    private IdentityMatcher() {}

    static boolean matches(Identity wanted, Identity presented) {
        return compare(wanted, presented, true);
    }

    static boolean isSame(Identity one, Identity other) {
        return compare(one, other, false);
    }

    private static boolean compare(Identity wanted, Identity presented, boolean wildcards) {
        if (wanted.type() != presented.type()) {
            return false;
        }
        return switch (wanted.type()) {
            case Identity.FQDN -> lowerCase(wanted.data()).equals(lowerCase(presented.data()));
            case Identity.USER_FQDN -> user(wanted.data()).equals(user(presented.data()));
            case Identity.DER_ASN1_DN -> wanted.equals(presented)
                    || name(wanted).isPresent() && sameName(name(wanted).get(), name(presented), wildcards);
            default -> wanted.data().equals(presented.data());
        };
    }

    private static String lowerCase(Bytes ascii) {
        return new String(ascii.toArray(), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /// Only the domain of a user's name is without case.
    private static String user(Bytes name) {
        String text = new String(name.toArray(), StandardCharsets.ISO_8859_1);
        int at = text.lastIndexOf('@') + 1;
        return text.substring(0, at) + text.substring(at).toLowerCase(Locale.ROOT);
    }

    /// As RFC 5280 section 7.1 compares: without case, with single spaces, whatever the type of string.
    private static Optional<LdapName> name(Identity identity) {
        if (identity.data().length() > IdentitySpelling.DISTINGUISHED_NAME_BYTES) {
            return Optional.empty();
        }
        try {
            String canonical = new X500Principal(identity.data().toArray()).getName(X500Principal.CANONICAL);
            return Optional.of(new LdapName(canonical));
        } catch (IllegalArgumentException | InvalidNameException notDer) {
            return Optional.empty();
        }
    }

    private static boolean sameName(LdapName wanted, Optional<LdapName> presented, boolean wildcards) {
        if (presented.isEmpty() || wanted.size() != presented.get().size()) {
            return false;
        }
        for (int index = 0; index < wanted.size(); index++) {
            Rdn part = wanted.getRdn(index);
            Rdn other = presented.get().getRdn(index);
            boolean any = wildcards && part.size() == 1 && other.size() == 1 && ANY_VALUE.equals(part.getValue())
                    && part.getType().equalsIgnoreCase(other.getType());
            if (!any && !part.equals(other)) {
                return false;
            }
        }
        return true;
    }
}
