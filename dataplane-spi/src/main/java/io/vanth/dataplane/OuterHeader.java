package io.vanth.dataplane;

/// What the outer header of tunnel mode takes from the inner one (RFC 4301 section 5.1.2).
///
/// @param dontFragment the DF bit of an IPv4 outer header
/// @param copyDscp     whether outbound the outer header has the DSCP of the inner one; else 0
/// @param ecn          whether ECN goes through the tunnel (RFC 6040, normal mode); else the outer header is not
///                     ECN-capable and what happened to it is ignored
public record OuterHeader(DontFragment dontFragment, boolean copyDscp, boolean ecn) {
    /// As RFC 4301 has it without a word from the operator.
    public static final OuterHeader DEFAULT = new OuterHeader(DontFragment.COPY, true, true);

    /// Where the outer DF bit comes from.
    public enum DontFragment {
        CLEAR,
        SET,
        COPY
    }
}
