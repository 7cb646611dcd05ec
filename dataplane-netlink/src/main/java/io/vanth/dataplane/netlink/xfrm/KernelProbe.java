package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Transform;
import io.vanth.dataplane.netlink.linux.Errno;
import io.vanth.dataplane.netlink.linux.LinuxException;
import io.vanth.dataplane.netlink.message.MessageWriter;
import io.vanth.dataplane.netlink.message.NetlinkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/// Tries what a kernel can do with an SA from and to the loopback address, which is removed at once.
final class KernelProbe {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int SPI = 0x5601;

    private final NetlinkSocket socket;

    KernelProbe(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// Whether there is a module for a protocol.
    boolean has(SecurityProtocol protocol) throws IOException {
        try {
            require(protocol);
            return true;
        } catch (LinuxException refused) {
            if (refused.is(Errno.EPERM)) {
                throw refused;
            }
            return false;
        }
    }

    /// @throws LinuxException where there is none
    void require(SecurityProtocol protocol) throws IOException {
        Transform transform = switch (protocol) {
            case ESP -> EspTransform.of(Cipher.AES_CBC, 128, Integrity.HMAC_SHA1_96);
            case AH -> new AhTransform(Integrity.HMAC_SHA1_96);
            case IPCOMP -> new IpcompTransform();
        };
        int integrityBytes = transform.integrity().map(Integrity::keyBytes).orElse(0);
        var id = new XfrmSa.Id(protocol.ipProtocol(), LOOPBACK, SPI);
        try (Secret cipherKey = Secret.owning(new byte[transform.keyBytes() - integrityBytes]);
                Secret integrityKey = Secret.owning(new byte[integrityBytes])) {
            MessageWriter message = XfrmSaCodec.add(new XfrmSa(id, LOOPBACK, OwnNumbers.NO_GROUP, Mode.TRANSPORT,
                    Optional.empty(), XfrmSa.Limits.NONE, XfrmSa.Limits.NONE, 0, 0,
                    XfrmAlgorithm.of(transform, cipherKey, integrityKey), Optional.empty(), ReplayProtection.OFF,
                    Optional.empty(), 0, 0, 0), false);
            socket.request(message);
        }
        socket.request(XfrmSaCodec.delete(id));
    }
}
