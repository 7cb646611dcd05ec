package io.vanth.ike.policy;

/// Proposals as strongSwan's and libreswan's users write them.
public final class ProposalNames {
    private ProposalNames() {}

    /// Reads `aes256-sha256-modp2048`; throws `IllegalArgumentException` that names the bad word and the nearest good one.
    public static IkeProposal parseIke(String text) {
        return null;
    }

    /// Reads `aes128gcm16`, `aes256-sha256` or either with `-modp2048` behind it; throws as [#parseIke(String)].
    public static EspProposal parseEsp(String text) {
        return null;
    }

    static String name(IkeProposal proposal) {
        return "";
    }

    static String name(EspProposal proposal) {
        return "";
    }
}
