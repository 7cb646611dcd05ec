package io.vanth.ike.policy;

import java.util.Arrays;
import java.util.Optional;

/// What is refused unless the configuration allows it for a connection by name.
public enum Risk {
    /// Ciphers, hashes and groups that RFC 8221, RFC 8247 or RFC 9395 advise against.
    WEAK_ALGORITHMS("weakAlgorithms"),
    /// A pre-shared key in aggressive mode: whoever sees or asks for the exchange can guess the key offline.
    AGGRESSIVE_PRE_SHARED_KEY("aggressivePsk"),
    /// A pre-shared key that is short or often used.
    GUESSABLE_PRE_SHARED_KEY("guessablePsk"),
    /// RSA keys of less than 2048 bits.
    SHORT_RSA_KEYS("shortRsaKeys"),
    /// Encryption without integrity, of manual SAs: whoever changes a packet on its way changes what comes out of it.
    UNAUTHENTICATED_ENCRYPTION("unauthenticatedEncryption");

    private final String word;

    Risk(String word) {
        this.word = word;
    }

    /// The word in the configuration.
    public String word() {
        return word;
    }

    /// The risk of a word.
    public static Optional<Risk> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
}
