package io.vanth.ike.policy;

/// How tunnel mode is called in phase 2, which says whether ESP goes in UDP.
public enum TunnelMode {
    /// ESP in IP, RFC 2407 section 4.5.
    PLAIN(1),
    /// ESP in UDP, RFC 3947 section 5.1.
    UDP(3),
    /// ESP in UDP, as the drafts of RFC 3947 had it.
    UDP_DRAFT(61_443);

    private final int code;

    TunnelMode(int code) {
        this.code = code;
    }

    /// The value of the attribute Encapsulation Mode.
    public int code() {
        return code;
    }

    /// Whether ESP goes in UDP.
    public boolean udp() {
        return this != PLAIN;
    }
}
