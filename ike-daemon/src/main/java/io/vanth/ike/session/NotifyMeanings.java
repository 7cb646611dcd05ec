package io.vanth.ike.session;

import io.vanth.ike.exchange.NotifyType;

/// What a peer usually means by an error notify in phase 1.
public final class NotifyMeanings {
    private NotifyMeanings() {}

    /// The rest of a sentence about the peer.
    public static String of(int type) {
        if (type == NotifyType.NO_PROPOSAL_CHOSEN.code()) {
            return "it accepts none of our phase 1 proposals, or has no connection for our address";
        }
        if (type == NotifyType.PAYLOAD_MALFORMED.code() || type == NotifyType.INVALID_PAYLOAD_TYPE.code()
                || type == NotifyType.INVALID_HASH_INFORMATION.code()) {
            return "it cannot read our encrypted message, probably because the pre-shared keys differ";
        }
        if (type == NotifyType.AUTHENTICATION_FAILED.code() || type == NotifyType.INVALID_ID_INFORMATION.code()) {
            return "it does not accept our identity, or the pre-shared keys differ";
        }
        return "it refuses the negotiation";
    }
}
