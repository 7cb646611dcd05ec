package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.userspace.wire.IpVersion;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// Addresses of packets as the JDK knows them.
final class Addresses {
    private Addresses() {}

    /// The address whose halves a packet's view gave.
    static InetAddress of(int version, long high, long low) {
        byte[] bytes = version == IpVersion.V4
                ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
