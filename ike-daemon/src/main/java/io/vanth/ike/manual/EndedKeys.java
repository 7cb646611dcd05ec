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

    void add(ManualAssociation association) {
        prints.add(print(association));
    }

    /// Whether an SA of these keys has ended under this protocol, destination and SPI, whatever it was called.
    boolean contains(ManualAssociation association) {
        return !prints.isEmpty() && prints.contains(print(association));
    }

    private String print(ManualAssociation association) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            digest.update(association.id().toString().getBytes(StandardCharsets.UTF_8));
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
