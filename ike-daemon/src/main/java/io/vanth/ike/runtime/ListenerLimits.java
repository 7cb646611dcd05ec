package io.vanth.ike.runtime;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the TCP listeners of this process take no more than [AcceptLimit] says. Vert.x itself shows a connection only when
/// its TLS handshake is done.
public final class ListenerLimits extends ChannelInitializerExtension {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerLimits.class);

    /// For the service loader, which Netty asks where it was told to.
    public ListenerLimits() {}

    /// Says so where listeners have no limits. Netty looks once, before its first socket, so that nothing mends it later.
    static void check() {
        if (!"serviceload".equals(System.getProperty(EXTENSIONS_SYSTEM_PROPERTY))) {
            LOG.warn("nothing limits the connections to what listens on TCP: start Java with -D{}=serviceload",
                    EXTENSIONS_SYSTEM_PROPERTY);
        }
    }

    /// @param listener before it takes its first connection
    @Override
    public void postInitializeServerListenerChannel(ServerChannel listener) {
        if (listener instanceof ServerSocketChannel) {
            listener.pipeline().addLast(new AcceptLimit());
        }
    }
}
