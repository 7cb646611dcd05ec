package io.vanth.ike.session;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/// The message ids that were used under an ISAKMP SA: none is taken twice (RFC 2408 section 3.1). They are random, so all
/// must be remembered; so that this has an end, the SA is replaced when many are used up.
final class MessageIds {
    private static final int MAX = 16_384;
    private static final int MANY = MAX / 4 * 3;

    private final SecureRandom random;
    private final Runnable worn;
    private final Set<Integer> used = new HashSet<>();

    /// @param worn called when it is time for another SA, and again when there are none left
    MessageIds(SecureRandom random, Runnable worn) {
        this.random = random;
        this.worn = worn;
    }

    /// A new one, which is used from here on.
    int next() {
        int messageId;
        do {
            messageId = random.nextInt();
        } while (messageId == 0 || used.contains(messageId));
        use(messageId);
        return messageId;
    }

    /// Whether a peer's message must not be taken.
    boolean used(int messageId) {
        return exhausted() || used.contains(messageId);
    }

    void use(int messageId) {
        if (used.add(messageId) && (used.size() == MANY || used.size() == MAX)) {
            worn.run();
        }
    }

    /// Whether it is time for another SA.
    boolean scarce() {
        return used.size() >= MANY;
    }

    /// Whether there are none left.
    boolean exhausted() {
        return used.size() >= MAX;
    }
}
