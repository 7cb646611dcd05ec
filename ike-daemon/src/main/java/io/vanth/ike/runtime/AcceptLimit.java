package io.vanth.ike.runtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes what comes to a TCP listener that has enough connections, before anything is read of it: who never begins TLS
/// must not use up the descriptors that tunnels need. One address cannot take all the places. For one listener.
final class AcceptLimit extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptLimit.class);
    private static final int MOST = 256;
    private static final int MOST_OF_ONE = 192;
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Set<Channel> open = new LinkedHashSet<>();
    private long refused;
    private long told = System.nanoTime() - QUIET.toNanos();

    /// @param message a connection that was accepted and is not served yet
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof Channel arrived)) {
            context.fireChannelRead(message);
        } else if (hasPlace(arrived)) {
            open.add(arrived);
            context.fireChannelRead(arrived);
        } else {
            arrived.unsafe().closeForcibly();
            tell(context.channel(), arrived);
        }
    }

    private boolean hasPlace(Channel arrived) {
        if (open.size() >= MOST_OF_ONE) {
            open.removeIf(each -> !each.isOpen());
        }
        SocketAddress host = host(arrived);
        return open.size() < MOST_OF_ONE || open.size() < MOST
                && open.stream().filter(each -> host.equals(host(each))).count() < MOST_OF_ONE;
    }

    /// Without its port. What has gone again before it could be asked is of nobody.
    private static SocketAddress host(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? new InetSocketAddress(remote.getAddress(), 0)
                : new InetSocketAddress(0);
    }

    private void tell(Channel listener, Channel last) {
        refused++;
        long now = System.nanoTime();
        if (now - told >= QUIET.toNanos()) {
            told = now;
            LOG.warn("{} connection(s) to {} were closed at once, because there are {} already; the last came from {}",
                    refused, listener.localAddress(), open.size(), last.remoteAddress());
            refused = 0;
        }
    }
}
