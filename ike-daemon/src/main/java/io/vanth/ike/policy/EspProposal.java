package io.vanth.ike.policy;

import io.vanth.dataplane.EspTransform;
import io.vanth.ike.crypto.DhGroup;
import java.util.Optional;

/// One acceptable ESP transform of phase 2, written `aes128gcm16-modp2048`; with a group it demands perfect forward
/// secrecy.
public record EspProposal(EspTransform transform, Optional<DhGroup> group) {
    @Override
    public String toString() {
        return ProposalNames.name(this);
    }
}
