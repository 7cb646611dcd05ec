package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.ReplayProtection;
import io.vanth.dataplane.UdpEncapsulation;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// A security association as the kernel has it (`struct xfrm_usersa_info` and its attributes).
///
/// @param selector      the packets it is for; empty for any of both families
/// @param flags         of `XFRM_STATE_*`, see [Flag]
/// @param extraFlags    of `XFRM_SA_XFLAG_*`
/// @param encapsulation the ports of ESP in UDP: from, to
/// @param interfaceId   of an XFRM interface; 0 for none
/// @param paddedLength  what every packet is padded to (`XFRMA_TFCPAD`); 0 for nothing
/// @param outerMark     of the packets that it makes (`XFRMA_SET_MARK`); 0 leaves them theirs
record XfrmSa(Id id, InetAddress source, int requestId, Mode mode, Optional<XfrmSelector> selector, Limits soft,
        Limits hard, int flags, int extraFlags, List<XfrmAlgorithm> algorithms, Optional<Ports> encapsulation,
        ReplayProtection replay, Optional<Mark> mark, int interfaceId, int paddedLength,
        int outerMark) {
    /// `XFRM_STATE_*`.
    static final class Flag {
        static final int NO_ECN = 1;
        static final int NO_PATH_MTU_DISCOVERY = 4;
        static final int ANY_FAMILY = 32;
        /// RFC 4302 section 3.3.3.2.1 wants AH over IPv4 on four bytes; the kernel's default is eight.
        static final int ALIGN_4 = 64;
        static final int EXTENDED_SEQUENCE = 128;

        private Flag() {}
    }

    static final int EXTRA_DONT_COPY_DSCP = 1;
    static final int EXTRA_SEQUENCE_MAY_WRAP = 2;

    /// Protocol number, destination and SPI; a CPI is the low half of the SPI.
    record Id(int protocol, InetAddress destination, int spi) {}

    /// What an SA may carry; [Xfrm#UNLIMITED] for any amount, 0 seconds for ever.
    record Limits(long bytes, long packets, long seconds) {
        static final Limits NONE = new Limits(Xfrm.UNLIMITED, Xfrm.UNLIMITED, 0);
    }

    /// Ports of UDP, of the packets' source and destination.
    record Ports(int source, int destination) {
        static Ports of(UdpEncapsulation udp, boolean outbound) {
            return outbound
                    ? new Ports(udp.localPort(), udp.remotePort())
                    : new Ports(udp.remotePort(), udp.localPort());
        }
    }

    /// Packets whose mark agrees with `value` in the bits of `mask`.
    record Mark(int value, int mask) {}
}
