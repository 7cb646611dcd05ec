package io.vanth.ike.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What a socket of IKE is to the IPsec of the kernel.
enum KernelUse {
    /// Nothing: the kernel does none.
    NONE,
    /// Its packets pass the kernel's policies: IKE is never protected by what it negotiates.
    IKE,
    /// The same, and the kernel takes ESP out of it (RFC 3948).
    IKE_AND_ESP;

    /// `SOL_UDP` and `UDP_ENCAP` of `linux/udp.h`
    private static final IntegerUnixChannelOption UDP_ENCAP = new IntegerUnixChannelOption("UDP_ENCAP", 17, 100);
    private static final int UDP_ENCAP_ESPINUDP = 2;

    /// `xfrm_userpolicy_info`: in it the family (u16), the direction and the action; all else is 0: any packet, allowed
    private static final int POLICY_LENGTH = 168;
    private static final int FAMILY_OFFSET = 40;
    private static final int DIRECTION_OFFSET = 160;
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final short INET = 2;
    private static final short INET6 = 10;
    private static final RawUnixChannelOption IP_XFRM_POLICY = new RawUnixChannelOption("IP_XFRM_POLICY", 0, 17,
            POLICY_LENGTH);
    private static final RawUnixChannelOption IPV6_XFRM_POLICY = new RawUnixChannelOption("IPV6_XFRM_POLICY", 41, 35,
            POLICY_LENGTH);

    /// Makes a bound socket of it.
    ///
    /// @throws StartException where the kernel refuses, or without the native transport
    void apply(Channel channel) throws StartException {
        if (this == NONE) {
            return;
        }
        try {
            bypass(channel, IN);
            bypass(channel, OUT);
            if (this == IKE_AND_ESP) {
                set(channel, UDP_ENCAP, UDP_ENCAP_ESPINUDP);
            }
        } catch (RuntimeException refused) {
            throw new StartException("the kernel's IPsec does not take the socket %s: %s"
                    .formatted(channel.localAddress(), refused.getMessage()), refused);
        }
    }

    private static void bypass(Channel channel, int direction) {
        boolean ipv6 = ((InetSocketAddress) channel.localAddress()).getAddress().getAddress().length == 16;
        ByteBuf policy = Unpooled.directBuffer(POLICY_LENGTH).writeZero(POLICY_LENGTH);
        ByteBuffer bytes = policy.nioBuffer(0, POLICY_LENGTH).order(ByteOrder.nativeOrder());
        bytes.putShort(FAMILY_OFFSET, ipv6 ? INET6 : INET).put(DIRECTION_OFFSET, (byte) direction);
        try {
            set(channel, ipv6 ? IPV6_XFRM_POLICY : IP_XFRM_POLICY, bytes);
        } finally {
            policy.release();
        }
    }

    private static <T> void set(Channel channel, ChannelOption<T> option, T value) {
        if (!channel.config().setOption(option, value)) {
            throw new IllegalStateException("%s needs the native transport".formatted(option.name()));
        }
    }
}
