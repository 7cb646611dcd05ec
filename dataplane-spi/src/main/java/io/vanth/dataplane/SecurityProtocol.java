package io.vanth.dataplane;

/// The IPsec protocols, with their IP protocol numbers.
public enum SecurityProtocol {
    ESP(50),
    AH(51),
    IPCOMP(108);

    private final int ipProtocol;

    SecurityProtocol(int ipProtocol) {
        this.ipProtocol = ipProtocol;
    }

    /// The IP protocol number, from the IANA registry.
    public int ipProtocol() {
        return ipProtocol;
    }
}
