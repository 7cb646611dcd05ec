package io.vanth.ike.runtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Ties an epoll channel to a network interface or to a VRF (`SO_BINDTODEVICE`, socket(7)): it takes only what arrives
/// there, and what it sends is routed only there.
final class DeviceBinding {
    /// With the ending zero.
    private static final int NAME_LENGTH = 16;
    private static final RawUnixChannelOption SO_BINDTODEVICE = new RawUnixChannelOption("SO_BINDTODEVICE", 1, 25,
            NAME_LENGTH);
    private static final String ENODEV = "No such device";

    private DeviceBinding() {}

    /// Before the channel is bound to an address: those of a VRF are not there without.
    ///
    /// @throws AbsentAddressException if there is no such interface
    static void bind(Channel channel, String device) throws AbsentAddressException {
        byte[] name = device.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer padded = ByteBuffer.allocateDirect(NAME_LENGTH).put(name).rewind();
        try {
            channel.config().setOption(SO_BINDTODEVICE, padded);
        } catch (ChannelException refused) {
            if (String.valueOf(refused.getMessage()).contains(ENODEV)) {
                throw new AbsentAddressException(
                        "there is no interface '%s', which ports.device names".formatted(device),
                        refused);
            }
            throw refused;
        }
    }
}
