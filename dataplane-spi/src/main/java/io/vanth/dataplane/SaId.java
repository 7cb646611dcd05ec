package io.vanth.dataplane;

import java.net.InetAddress;

/// What identifies an SA: protocol, destination address and SPI (RFC 2401 section 4.1).
public record SaId(SecurityProtocol protocol, InetAddress destination, Spi spi) {
    @Override
    public String toString() {
        return protocol + " " + destination.getHostAddress() + " " + spi;
    }
}
