package io.vanth.ike.decode;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/// A frame of a file and what it carries.
///
/// @param file the path as it was given
/// @param number counts from 1
/// @param at when it was seen; the epoch where that is not known
/// @param flow absent for a datagram without its headers
public record DecodedFrame(String file, int number, Instant at, Optional<Flow> flow, Content content) {
    /// Where a packet came from and went to.
    public record Flow(Endpoint source, Endpoint destination) {}

    /// An address, and a port where the transport has one.
    public record Endpoint(InetAddress address, Optional<Integer> port) {
        @Override
        public String toString() {
            String host = address.getHostAddress();
            return port.map(number -> (host.contains(":") ? "[" + host + "]" : host) + ":" + number).orElse(host);
        }
    }
}
