package io.vanth.dataplane.userspace.port;

import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.packet.EndpointCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// Reads and writes the `sockaddr` of one family. For one thread.
///
/// ```
///  0               2               4               8                               24
/// +---------------+---------------+---------------+
/// | family        | port (network)| IPv4 address  |  zeros, 16 bytes in all
/// +---------------+---------------+---------------+-------------------------------+----------+
/// | family        | port (network)| flow label    | IPv6 address, 16 bytes        | scope id |
/// +---------------+---------------+---------------+-------------------------------+----------+
/// ```
final class SocketAddresses {
    static final int INET = 2;
    static final int INET6 = 10;
    private static final int PORT_OFFSET = 2;
    private static final int INET_ADDRESS_OFFSET = 4;
    private static final int INET_LENGTH = 16;
    private static final int INET6_ADDRESS_OFFSET = 8;
    private static final int INET6_SCOPE_OFFSET = 24;
    private static final int INET6_LENGTH = 28;
    private static final int INET_ADDRESS_BYTES = 4;
    private static final int INET6_ADDRESS_BYTES = 16;
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT
            .withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private final boolean ipv6;
    private final byte[] scratch = new byte[INET6_ADDRESS_BYTES];
    private final EndpointCache endpoints = new EndpointCache();

    SocketAddresses(Arena arena, boolean ipv6) {
        this.ipv6 = ipv6;
        this.memory = arena.allocate(ipv6 ? INET6_LENGTH : INET_LENGTH, Integer.BYTES);
    }

    /// The whole structure.
    MemorySegment memory() {
        return memory;
    }

    void write(InetSocketAddress address) {
        InetAddress inet = address.getAddress();
        write(inet.getAddress(), address.getPort(), inet instanceof Inet6Address scoped ? scoped.getScopeId() : 0);
    }

    /// Whether the endpoint is of this family; it is written then.
    boolean write(Endpoint endpoint) {
        if (endpoint.address().length != addressBytes()) {
            return false;
        }
        int scope = endpoint.inetAddress() instanceof Inet6Address scoped ? scoped.getScopeId() : 0;
        write(endpoint.address(), endpoint.port(), scope);
        return true;
    }

    /// The endpoint that the system wrote.
    Endpoint read() {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, addressOffset(), scratch, 0, addressBytes());
        return endpoints.get(scratch, 0, addressBytes(), port());
    }

    /// The address and port that the system wrote, with the scope.
    InetSocketAddress readSocketAddress() throws UnknownHostException {
        byte[] bytes = new byte[addressBytes()];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, addressOffset(), bytes, 0, bytes.length);
        int scope = ipv6 ? memory.get(ValueLayout.JAVA_INT, INET6_SCOPE_OFFSET) : 0;
        InetAddress address = scope == 0
                ? InetAddress.getByAddress(bytes)
                : Inet6Address.getByAddress(null, bytes, scope);
        return new InetSocketAddress(address, port());
    }

    private void write(byte[] address, int port, int scope) {
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? INET6 : INET));
        memory.set(NETWORK_SHORT, PORT_OFFSET, (short) port);
        MemorySegment.copy(address, 0, memory, ValueLayout.JAVA_BYTE, addressOffset(), address.length);
        if (ipv6) {
            memory.set(ValueLayout.JAVA_INT, INET6_SCOPE_OFFSET, scope);
        }
    }

    private int port() {
        return Short.toUnsignedInt(memory.get(NETWORK_SHORT, PORT_OFFSET));
    }

    private int addressOffset() {
        return ipv6 ? INET6_ADDRESS_OFFSET : INET_ADDRESS_OFFSET;
    }

    private int addressBytes() {
        return ipv6 ? INET6_ADDRESS_BYTES : INET_ADDRESS_BYTES;
    }
}
