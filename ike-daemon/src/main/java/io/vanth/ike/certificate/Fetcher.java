package io.vanth.ike.certificate;

import io.vanth.ike.wire.Bytes;
import java.io.IOException;

/// Gets from the network what tells about revocation, over HTTP only: the answers are signed.
@FunctionalInterface
public interface Fetcher {
    /// Begins the fetches of one judgement, which share a bounded time.
    Errand begin();

    /// Fetches that share a bounded time.
    interface Errand {
        /// What stands at `address`. Waits.
        ///
        /// @param address  a URL, as a certificate has it
        /// @param question an OCSP request to post, or empty to get what is there
        /// @param longest  the most bytes that are taken
        /// @throws IOException with the reason, also where the answer is too long or too slow
        Bytes fetch(String address, Bytes question, int longest) throws IOException;

        /// Whether the time is used up.
        boolean isOver();
    }
}
