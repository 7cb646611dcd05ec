package io.vanth.ike.runtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes what comes to a TCP listener that has enough connections, before anything is read of it: who never begins TLS
/// must not use up the descriptors that tunnels need. One address, or network of IPv6, cannot take all the places; who
/// shares it, behind a NAT or through `ssh -L`, still comes in: who has not said a word for longest makes room. For one
/// listener.
final class AcceptLimit extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptLimit.class);
    private static final int MOST = 256;
    private static final int MOST_OF_ONE = 192;
    /// Of an address of IPv6, in bytes.
    private static final int NETWORK = 8;
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Map<Channel, FirstWord> openOldestFirst = new LinkedHashMap<>();
    private long refused;
    private long told = System.nanoTime() - QUIET.toNanos();

    /// Notes that something was said on a connection.
    private static final class FirstWord extends ChannelInboundHandlerAdapter {
        private volatile boolean heard;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            heard = true;
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    /// @param message a connection that was accepted and is not served yet
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof Channel arrived)) {
            context.fireChannelRead(message);
        } else if (hasPlace(arrived) || makesRoom(context.channel(), arrived)) {
            FirstWord word = new FirstWord();
            arrived.pipeline().addFirst(word);
            openOldestFirst.put(arrived, word);
            context.fireChannelRead(arrived);
        } else {
            arrived.unsafe().closeForcibly();
            tell(context.channel(), arrived);
        }
    }

    private boolean hasPlace(Channel arrived) {
        if (openOldestFirst.size() >= MOST_OF_ONE) {
            openOldestFirst.keySet().removeIf(each -> !each.isOpen());
        }
        return openOldestFirst.size() < MOST && !isFull(host(arrived));
    }

    private boolean isFull(ByteBuffer host) {
        return openOldestFirst.size() >= MOST_OF_ONE
                && openOldestFirst.keySet().stream().filter(each -> host.equals(host(each))).count() >= MOST_OF_ONE;
    }

    /// Closes the oldest one that has said nothing yet: of the same host, where that has too many.
    private boolean makesRoom(Channel listener, Channel arrived) {
        ByteBuffer host = host(arrived);
        boolean any = !isFull(host);
        Optional<Channel> silent = openOldestFirst.entrySet().stream().filter(each -> !each.getValue().heard)
                .map(Map.Entry::getKey).filter(each -> any || host.equals(host(each))).findFirst();
        silent.ifPresent(each -> {
            openOldestFirst.remove(each);
            // Not through the handlers: TLS would wait until what it has to say is taken.
            each.eventLoop().execute(() -> each.unsafe().close(each.voidPromise()));
            tell(listener, each);
        });
        return silent.isPresent();
    }

    /// Without its port; of IPv6 only the network, of which one machine has all addresses (RFC 4291 section 2.5.4). What
    /// has gone again before it could be asked is of nobody.
    private static ByteBuffer host(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return ByteBuffer.allocate(0);
        }
        byte[] address = remote.getAddress().getAddress();
        return ByteBuffer.wrap(address, 0, Math.min(address.length, NETWORK));
    }

    private void tell(Channel listener, Channel last) {
        refused++;
        long now = System.nanoTime();
        if (now - told >= QUIET.toNanos()) {
            told = now;
            LOG.warn("{} connection(s) to {} were closed, because there are {} already; the last came from {}",
                    refused, listener.localAddress(), openOldestFirst.size(), last.remoteAddress());
            refused = 0;
        }
    }
}
