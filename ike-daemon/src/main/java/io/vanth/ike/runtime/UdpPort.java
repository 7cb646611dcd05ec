package io.vanth.ike.runtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An IKE socket on the event loop that runs the core.
final class UdpPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);
    private static final int LARGEST = 65_535;
    private static final int BATCH = 16;
    /// Read in one round of the loop, if they are there: fewer would leave them to a socket that drops what it cannot hold,
    /// whoever it is from.
    private static final int ROUND = 256;
    /// Some 200 ms of 20,000 first messages a second, each of which costs the kernel about a kilobyte.
    private static final int BUFFER_BYTES = 4 << 20;
    private static final int SOL_SOCKET = 1;
    static final IntegerUnixChannelOption SO_MARK = new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, 36);
    /// Beyond the limit for ordinary users.
    private static final IntegerUnixChannelOption SO_RCVBUFFORCE = new IntegerUnixChannelOption("SO_RCVBUFFORCE",
            SOL_SOCKET, 33);
    /// The mark of the userspace engine's own packets, which go around the routes for protected traffic: a protected
    /// network may contain the peer.
    static final int OWN_PACKETS = 0x56_41_4e_54;

    private final Channel channel;
    private final InetSocketAddress local;
    private final AtomicLong failures;
    private boolean flushing;

    private UdpPort(Channel channel, AtomicLong failures) {
        this.channel = channel;
        this.local = (InetSocketAddress) channel.localAddress();
        this.failures = failures;
    }

    /// What a socket is bound to.
    ///
    /// @param device a network interface or VRF too, which takes epoll
    /// @param kernel what it is to the kernel's IPsec
    record Where(InetSocketAddress local, Optional<String> device, KernelUse kernel) {}

    /// Binds a socket; blocks, so not for the event loop. Datagrams come on the thread of `loop`.
    ///
    /// @param failures counts datagrams that could not be sent
    static UdpPort open(EventLoop loop, boolean epoll, Where where,
            BiConsumer<Path, Bytes> receiver, AtomicLong failures) throws StartException {
        Bootstrap bootstrap = new Bootstrap().group(loop).handler(new Receiver(receiver))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST))
                .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES);
        if (epoll) {
            SocketProtocolFamily family = family(where.local().getAddress());
            bootstrap.channelFactory(() -> new EpollDatagramChannel(family))
                    .option(ChannelOption.RECVBUF_ALLOCATOR,
                            new FixedRecvByteBufAllocator(BATCH * LARGEST).maxMessagesPerRead(ROUND))
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LARGEST);
        } else {
            bootstrap.channel(NioDatagramChannel.class);
        }
        if (!epoll && where.device().isPresent()) {
            throw new StartException("ports.device needs the native transport of Netty, which is not available here");
        }
        return bound(bootstrap, epoll, where, failures);
    }

    private static UdpPort bound(Bootstrap bootstrap, boolean epoll, Where where, AtomicLong failures)
            throws StartException {
        Optional<Channel> channel = Optional.empty();
        boolean done = false;
        try {
            channel = Optional.of(bootstrap.register().sync().channel());
            if (where.device().isPresent()) {
                DeviceBinding.bind(channel.get(), where.device().get());
            }
            channel.get().bind(where.local()).sync();
            if (epoll) {
                privileged(channel.get(), SO_MARK, OWN_PACKETS);
                privileged(channel.get(), SO_RCVBUFFORCE, BUFFER_BYTES);
            }
            where.kernel().apply(channel.get());
            done = true;
            return new UdpPort(channel.get(), failures);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while binding " + where.local(), interrupted);
        } catch (StartException known) {
            throw known;
        } catch (Exception refused) { // sync() throws checked exceptions that it does not declare
            throw refusal(where, refused);
        } finally {
            if (!done) {
                channel.ifPresent(opened -> opened.close().awaitUninterruptibly());
            }
        }
    }

    static SocketProtocolFamily family(InetAddress address) {
        return address.getAddress().length == 4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    /// Without the capability NET_ADMIN there is no TUN device either, and nothing to go around.
    private static void privileged(Channel channel, IntegerUnixChannelOption option, int value) {
        try {
            channel.config().setOption(option, value);
        } catch (ChannelException refused) {
            LOG.debug("{} is without {}", channel.localAddress(), option.name(), refused);
        }
    }

    private static StartException refusal(Where wanted, Exception refused) {
        InetSocketAddress local = wanted.local();
        String where = "UDP %s port %d".formatted(local.getAddress().getHostAddress(), local.getPort());
        String said = String.valueOf(refused.getMessage());
        if (said.contains("Permission denied")) {
            return new StartException(where + " needs privileges: run as root, give the capability NET_BIND_SERVICE, or"
                    + " choose ports above 1023 under 'ports'", refused);
        }
        if (said.contains("in use")) {
            return new StartException(where + " is taken: is another IKE daemon running? (ss -ulpn 'sport = :%d')"
                    .formatted(local.getPort()), refused);
        }
        if (refused instanceof BindException || said.contains("assign")) {
            return new AbsentAddressException(
                    where + " cannot be bound: " + said + "; is the address one of this host"
                            + wanted.device().map(device -> " on " + device).orElse("") + "?",
                    refused);
        }
        return new StartException(where + " cannot be opened: " + said, refused);
    }

    /// Hands datagrams on. A datagram without content, or from port 0, cannot be answered and is no IKE.
    private static final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        private final BiConsumer<Path, Bytes> receiver;

        private Receiver(BiConsumer<Path, Bytes> receiver) {
            this.receiver = receiver;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            ByteBuf content = packet.content();
            if (!content.isReadable() || packet.sender().getPort() == 0) {
                return;
            }
            byte[] bytes = new byte[content.readableBytes()];
            content.readBytes(bytes);
            receiver.accept(new Path((InetSocketAddress) context.channel().localAddress(), packet.sender(), false),
                    Bytes.of(bytes));
        }

        /// An ICMP error for one datagram must not end the socket.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("error on {}", context.channel().localAddress(), cause);
        }
    }

    /// The bound address, with the real port.
    InetSocketAddress local() {
        return local;
    }

    /// Sends a datagram, together with those that follow at once; what the socket refuses is lost, as on the network. For
    /// the loop.
    void send(InetSocketAddress remote, Bytes message) {
        channel.write(new DatagramPacket(Unpooled.wrappedBuffer(message.toArray()), remote))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        failures.incrementAndGet();
                        LOG.debug("a datagram to {} was not sent", remote, done.cause());
                    }
                });
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
