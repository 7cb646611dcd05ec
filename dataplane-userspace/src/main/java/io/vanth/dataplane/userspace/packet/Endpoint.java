package io.vanth.dataplane.userspace.packet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// An address and a UDP port, made once for each peer so that packets only point at it. Compare by reference first.
public final class Endpoint {
    private final InetSocketAddress socketAddress;
    private final byte[] address;
    private final int hash;

    public Endpoint(InetSocketAddress socketAddress) {
        if (socketAddress.isUnresolved()) {
            throw new IllegalArgumentException(socketAddress + " is not resolved");
        }
        this.socketAddress = socketAddress;
        this.address = socketAddress.getAddress().getAddress();
        this.hash = hash(address, 0, address.length, socketAddress.getPort());
    }

    /// As the JDK knows it.
    public InetSocketAddress socketAddress() {
        return socketAddress;
    }

    /// The address as the JDK knows it.
    public InetAddress inetAddress() {
        return socketAddress.getAddress();
    }

    /// The 4 or 16 bytes of the address in network order; not to be changed.
    public byte[] address() {
        return address;
    }

    /// The UDP port.
    public int port() {
        return socketAddress.getPort();
    }

    /// Whether it is the address of `length` bytes at `offset` of `bytes`, with `port`.
    boolean is(byte[] bytes, int offset, int length, int port) {
        return port == port() && Arrays.equals(address, 0, address.length, bytes, offset, offset + length);
    }

    static int hash(byte[] bytes, int offset, int length, int port) {
        int mixed = port;
        for (int at = offset; at < offset + length; at++) {
            mixed = 31 * mixed + bytes[at];
        }
        return mixed ^ mixed >>> 16;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Endpoint that && that.is(address, 0, address.length, socketAddress.getPort());
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return socketAddress.toString();
    }
}
