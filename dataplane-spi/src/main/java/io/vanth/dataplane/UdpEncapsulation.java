package io.vanth.dataplane;

/// ESP in UDP (RFC 3948): the ports of this host and of the peer as seen from here.
public record UdpEncapsulation(int localPort, int remotePort) {}
