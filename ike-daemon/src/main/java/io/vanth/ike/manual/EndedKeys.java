package io.vanth.ike.manual;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/// The keys of SAs that have reached the end of their lifetime: they must not come back under them. Remembers no key, but
/// what it is known by.
final class EndedKeys {
    private static final int SALT_BYTES = 32;

    private final byte[] salt = new byte[SALT_BYTES];
    private final Set<String> prints = new HashSet<>();

    EndedKeys() {
        new SecureRandom().nextBytes(salt);
    }

    /// Remembers the keys of an SA, if it has any: IPComp has none to wear out.
    void add(ManualAssociation association) {
        if (association.transform().keyBytes() > 0) {
            prints.add(print(association));
        }
    }

    /// Whether an SA of these keys has ended under this protocol and destination, whatever it was called and whichever its
    /// SPI: what a key may do is the key's own.
    boolean contains(ManualAssociation association) {
        return !prints.isEmpty() && prints.contains(print(association));
    }

    private String print(ManualAssociation association) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update((association.id().protocol() + association.id().destination().getHostAddress())
                    .getBytes(StandardCharsets.UTF_8));
            association.cipherKey().expose(key -> update(digest, key));
            association.integrityKey().expose(key -> update(digest, key));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    private static int update(MessageDigest digest, byte[] key) {
        digest.update((byte) key.length);
        digest.update(key);
        return key.length;
    }
}
