package io.vanth.dataplane;

/// Tunnel or transport mode, RFC 4301 section 4.1.
public enum Mode {
    TUNNEL,
    TRANSPORT
}
