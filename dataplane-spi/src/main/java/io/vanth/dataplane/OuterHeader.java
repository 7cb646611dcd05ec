package io.vanth.dataplane;

/// What the outer packet of tunnel mode takes from the inner one (RFC 4301 section 5.1.2), and what it hides of it.
///
/// @param dontFragment the DF bit of an IPv4 outer header
/// @param copyDscp     whether outbound the outer header has the DSCP of the inner one; else 0
/// @param ecn          whether ECN goes through the tunnel (RFC 6040, normal mode); else the outer header is not
///                     ECN-capable and what happened to it is ignored
/// @param flow         what is hidden of lengths and times, outbound
public record OuterHeader(DontFragment dontFragment, boolean copyDscp, boolean ecn, FlowConfidentiality flow) {
    /// As RFC 4301 has it without a word from the operator.
    public static final OuterHeader DEFAULT = new OuterHeader(DontFragment.COPY, true, true);

    /// With lengths and times as they are.
    public OuterHeader(DontFragment dontFragment, boolean copyDscp, boolean ecn) {
        this(dontFragment, copyDscp, ecn, FlowConfidentiality.NONE);
    }

    /// The same, hiding what `wanted` says.
    public OuterHeader with(FlowConfidentiality wanted) {
        return new OuterHeader(dontFragment, copyDscp, ecn, wanted);
    }

    /// Where the outer DF bit comes from.
    public enum DontFragment {
        CLEAR,
        SET,
        COPY
    }
}
