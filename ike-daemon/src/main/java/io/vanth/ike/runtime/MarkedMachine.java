package io.vanth.ike.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.vanth.ike.local.Machine;
import io.vanth.ike.local.ThisMachine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine of this process as the daemon's own packets see it: the routes into the tunnels, and the leak protection
/// that stays after them, are not for these, even where a protected network contains the peer; and where they leave by one
/// device only, other routes are not for them either.
public final class MarkedMachine implements Machine {
    private static final Logger LOG = LoggerFactory.getLogger(MarkedMachine.class);
    private static final int ANY_PORT = 500;
    private static final InetAddress ANY_ADDRESS = InetAddress.ofLiteral("0.0.0.0");

    private final ThisMachine unmarked = new ThisMachine();
    private final Optional<String> device;

    public MarkedMachine() {
        this(Optional.empty());
    }

    /// @param device that the daemon's sockets are bound to
    MarkedMachine(Optional<String> device) {
        this.device = device;
    }

    @Override
    public Machine through(String only) {
        return new MarkedMachine(Optional.of(only));
    }

    @Override
    public List<OwnInterface> interfaces() {
        return unmarked.interfaces();
    }

    @Override
    public Optional<String> alias(String name) {
        return unmarked.alias(name);
    }

    /// The JDK shows no interface that has no address, as a VRF mostly has none.
    @Override
    public boolean has(String name) {
        return Epoll.isAvailable() ? withLoop(loop -> isThere(loop, name)) : unmarked.has(name);
    }

    /// Without the native transport of Netty, or the capability NET_ADMIN, the answer is that for ordinary packets. Waits
    /// for nothing.
    @Override
    public Optional<InetAddress> towards(InetAddress peer) {
        if (!Epoll.isAvailable()) {
            return unmarked.towards(peer);
        }
        try {
            return withLoop(loop -> marked(loop, peer));
        } catch (ChannelException refused) {
            LOG.debug("the route to {} is looked up without SO_MARK", peer.getHostAddress(), refused);
            return unmarked.towards(peer);
        }
    }

    /// A loop of the moment on the caller's thread has the socket.
    private static <T> T withLoop(Function<ManualIoEventLoop, T> work) {
        var loop = new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
        try {
            return work.apply(loop);
        } finally {
            var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            while (!loop.isTerminated()) {
                loop.runNow();
            }
        }
    }

    /// Who may not bind to it is told so only where it is there.
    private static boolean isThere(ManualIoEventLoop loop, String name) {
        Channel channel = open(loop, ANY_ADDRESS);
        try {
            DeviceBinding.bind(channel, name);
            return true;
        } catch (AbsentAddressException absent) {
            return false;
        } catch (ChannelException forbidden) {
            LOG.debug("{} is there, but not for this process", name, forbidden);
            return true;
        } finally {
            var _ = done(loop, channel.close());
        }
    }

    private Optional<InetAddress> marked(ManualIoEventLoop loop, InetAddress peer) {
        Channel channel = open(loop, peer);
        try {
            if (device.isPresent()) {
                DeviceBinding.bind(channel, device.get());
            }
            channel.config().setOption(UdpPort.SO_MARK, UdpPort.OWN_PACKETS);
            return local(done(loop, channel.connect(new InetSocketAddress(peer, ANY_PORT))));
        } catch (AbsentAddressException noDevice) {
            return Optional.empty();
        } finally {
            var _ = done(loop, channel.close());
        }
    }

    private static Channel open(ManualIoEventLoop loop, InetAddress ofFamily) {
        ChannelFuture registered = done(loop, new Bootstrap().group(loop)
                .channelFactory(() -> new EpollDatagramChannel(UdpPort.family(ofFamily)))
                .handler(new ChannelInboundHandlerAdapter()).register());
        if (!registered.isSuccess()) {
            throw new ChannelException("no socket", registered.cause());
        }
        return registered.channel();
    }

    /// Connecting a UDP socket sends nothing, but makes the kernel choose the source address.
    private static Optional<InetAddress> local(ChannelFuture connected) {
        if (!connected.isSuccess()) {
            return Optional.empty();
        }
        InetAddress local = ((InetSocketAddress) connected.channel().localAddress()).getAddress();
        return local.isAnyLocalAddress() ? Optional.empty() : Optional.of(ThisMachine.withoutScope(local));
    }

    /// Nothing here waits for the network, so a few runs of the loop are enough.
    private static ChannelFuture done(ManualIoEventLoop loop, ChannelFuture step) {
        while (!step.isDone()) {
            loop.runNow();
        }
        return step;
    }
}
