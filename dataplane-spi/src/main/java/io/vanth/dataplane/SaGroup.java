package io.vanth.dataplane;

/// Ties SAs to the policy that they serve, as a `reqid` does in the kernel. Never 0.
public record SaGroup(int value) {
    public SaGroup {
        if (value <= 0) {
            throw new IllegalArgumentException("SA group " + value + " is not positive");
        }
    }
}
