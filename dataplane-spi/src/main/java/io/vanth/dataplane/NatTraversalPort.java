package io.vanth.dataplane;

import java.net.InetSocketAddress;

/// A UDP socket that IKE and ESP share (RFC 3947, RFC 3948), owned by the data plane: ESP goes to the SAs, and what
/// bears the non-ESP marker comes up as [DataPlaneEvent.IkeDatagram] without it.
public interface NatTraversalPort extends AutoCloseable {
    /// The bound address, with the real port.
    InetSocketAddress local();

    /// Sends an IKE message, which gets the non-ESP marker here. Never blocks; what the socket does not take is dropped
    /// and counted, as the network might have done.
    void send(InetSocketAddress remote, byte[] message);

    /// Sends a NAT keepalive, one byte of 0xFF (RFC 3948 section 2.3).
    void sendKeepalive(InetSocketAddress remote);

    /// Closes the socket and removes the SAs that use it.
    @Override
    void close();
}
