package io.vanth.dataplane;

/// Which way the packets of a unidirectional SA go, seen from this host.
public enum Direction {
    INBOUND,
    OUTBOUND
}
