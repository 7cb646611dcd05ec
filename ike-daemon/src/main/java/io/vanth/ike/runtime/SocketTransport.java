package io.vanth.ike.runtime;

import io.vertx.core.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sockets and event loops are made of.
final class SocketTransport {
    private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);

    private SocketTransport() {}

    /// The native one; where that is not available, Java's.
    static Transport best() {
        if (isNative()) {
            return Transport.EPOLL;
        }
        LOG.warn("the native transport of Netty is not available, so sockets are slower: {}", Transport.EPOLL == null
                ? "it is not on the module path"
                : String.valueOf(Transport.EPOLL.unavailabilityCause()));
        return Transport.NIO;
    }

    /// Whether event loops are of the native transport, so that the sockets on them have to be too.
    static boolean isNative() {
        return Transport.EPOLL != null && Transport.EPOLL.available();
    }
}
