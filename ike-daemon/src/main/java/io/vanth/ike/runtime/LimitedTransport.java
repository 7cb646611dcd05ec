package io.vanth.ike.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Another transport, whose TCP listeners take no more than [AcceptLimit] says. Vert.x itself shows a connection only
/// when its TLS handshake is done.
record LimitedTransport(Transport transport) implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(LimitedTransport.class);

    private record Named(io.vertx.core.transport.Transport of) implements io.vertx.core.transport.Transport {
        @Override
        public String name() {
            return of.name();
        }

        @Override
        public boolean available() {
            return of.available();
        }

        @Override
        public Throwable unavailabilityCause() {
            return of.unavailabilityCause();
        }

        @Override
        public Transport implementation() {
            return new LimitedTransport(of.implementation());
        }
    }

    /// Over the native transport; where that is not available, over Java's.
    static io.vertx.core.transport.Transport best() {
        var epoll = io.vertx.core.transport.Transport.EPOLL;
        if (isNative()) {
            return new Named(epoll);
        }
        LOG.warn("the native transport of Netty is not available, so sockets are slower: {}", epoll == null
                ? "it is not on the module path"
                : String.valueOf(epoll.unavailabilityCause()));
        return new Named(io.vertx.core.transport.Transport.NIO);
    }

    /// Whether event loops are of the native transport, so that the sockets on them have to be too.
    static boolean isNative() {
        var epoll = io.vertx.core.transport.Transport.EPOLL;
        return epoll != null && epoll.available();
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        transport.configure(config, domainSocket, bootstrap);
        if (!domainSocket) {
            bootstrap.handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel listener) {
                    listener.pipeline().addLast(new AcceptLimit());
                }
            });
        }
    }

    @Override
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
        transport.configure(config, domainSocket, bootstrap);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        transport.configure(channel, options);
    }

    @Override
    public boolean supportsDomainSockets() {
        return transport.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return transport.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return transport.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return transport.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ratio) {
        return transport.eventLoopGroup(type, threads, factory, ratio);
    }

    @Override
    @SuppressWarnings("deprecation")
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return transport.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return transport.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return transport.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return transport.serverChannelFactory(domainSocket);
    }
}
