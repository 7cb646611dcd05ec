package io.vanth.ike.policy;

import io.vanth.ike.crypto.DhGroup;
import io.vanth.ike.crypto.HashAlgorithm;
import io.vanth.ike.crypto.PhaseOneCipher;

/// One acceptable set of phase 1 algorithms, written `aes256-sha256-modp2048`.
public record IkeProposal(PhaseOneCipher cipher, int keyBits, HashAlgorithm hash, DhGroup group) {
    @Override
    public String toString() {
        return ProposalNames.name(this);
    }
}
