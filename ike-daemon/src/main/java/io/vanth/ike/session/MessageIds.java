package io.vanth.ike.session;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/// The message ids that were used under an ISAKMP SA: none is taken twice (RFC 2408 section 3.1).
final class MessageIds {
    private final SecureRandom random;
    private final Set<Integer> used = new HashSet<>();

    MessageIds(SecureRandom random) {
        this.random = random;
    }

    /// A new one, which is used from here on.
    int next() {
        int messageId;
        do {
            messageId = random.nextInt();
        } while (messageId == 0 || !used.add(messageId));
        return messageId;
    }

    boolean used(int messageId) {
        return used.contains(messageId);
    }

    void use(int messageId) {
        used.add(messageId);
    }
}
