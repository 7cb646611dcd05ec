package io.vanth.dataplane.userspace.packet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Turns the address bytes of a received datagram into an [Endpoint] without an allocation for a peer that was seen
/// before. Bounded: a peer that falls on the place of another takes it, so a flood of senders costs time but no memory.
/// For one thread.
public final class EndpointCache {
    private static final int PLACES = 4096;

    private final Endpoint[] places = new Endpoint[PLACES];

    public EndpointCache() {}

    /// The endpoint of the address of `length` (4 or 16) bytes at `offset` of `bytes`, with `port`.
    public Endpoint get(byte[] bytes, int offset, int length, int port) {
        int place = Endpoint.hash(bytes, offset, length, port) & PLACES - 1;
        Endpoint there = places[place];
        if (there != null && there.is(bytes, offset, length, port)) {
            return there;
        }
        Endpoint made = make(Arrays.copyOfRange(bytes, offset, offset + length), port);
        places[place] = made;
        return made;
    }

    private static Endpoint make(byte[] address, int port) {
        try {
            return new Endpoint(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException badLength) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", badLength);
        }
    }
}
