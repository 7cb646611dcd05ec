package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.netlink.message.MessageWriter;
import java.net.InetAddress;
import java.net.ProtocolException;

/// The numbers of `linux/xfrm.h` that more than one codec needs.
final class Xfrm {
    static final int NEWSA = 0x10;
    static final int DELSA = 0x11;
    static final int GETSA = 0x12;
    static final int NEWPOLICY = 0x13;
    static final int DELPOLICY = 0x14;
    static final int GETPOLICY = 0x15;
    static final int ALLOCSPI = 0x16;
    static final int ACQUIRE = 0x17;
    static final int EXPIRE = 0x18;
    static final int UPDPOLICY = 0x19;
    static final int UPDSA = 0x1a;
    static final int MAPPING = 0x26;

    /// The multicast groups ACQUIRE (1), EXPIRE (2) and MAPPING (8).
    static final int EVENT_GROUPS = 1 | 1 << 1 | 1 << 7;

    static final int ALG_CRYPT = 2;
    static final int ALG_COMP = 3;
    static final int ENCAP = 4;
    static final int TMPL = 5;
    static final int LTIME_VAL = 9;
    static final int REPLAY_VAL = 10;
    static final int SRCADDR = 13;
    static final int LASTUSED = 15;
    static final int ALG_AEAD = 18;
    static final int ALG_AUTH_TRUNC = 20;
    static final int MARK = 21;
    static final int TFCPAD = 22;
    static final int REPLAY_ESN_VAL = 23;
    static final int SA_EXTRA_FLAGS = 24;
    static final int SET_MARK = 29;
    static final int SET_MARK_MASK = 30;
    static final int IF_ID = 31;

    static final int ADDRESS_LENGTH = 16;
    static final int LIFETIME_LENGTH = 64;
    /// `XFRM_INF`: no limit
    static final long UNLIMITED = -1;

    static final int MODE_TRANSPORT = 0;
    static final int MODE_TUNNEL = 1;

    private static final int INET = 2;
    private static final int INET6 = 10;

    private Xfrm() {}

    static int family(boolean ipv6) {
        return ipv6 ? INET6 : INET;
    }

    static int family(InetAddress address) {
        return family(isIpv6(address));
    }

    static boolean isIpv6(InetAddress address) {
        return address.getAddress().length == ADDRESS_LENGTH;
    }

    /// @throws ProtocolException for any other family than the two
    static boolean isIpv6(int family) throws ProtocolException {
        return switch (family) {
            case INET -> false;
            case INET6 -> true;
            default -> throw new ProtocolException("address family " + family);
        };
    }

    /// A `xfrm_address_t`.
    static void address(MessageWriter message, InetAddress address) {
        byte[] bytes = address.getAddress();
        message.bytes(bytes).zeros(ADDRESS_LENGTH - bytes.length);
    }
}
