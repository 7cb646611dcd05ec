package io.vanth.dataplane.netlink.xfrm;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Lifetime;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.OuterHeader;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.netlink.message.MessageWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/// An SA that is ready to be sent to the kernel; it holds a copy of the keys until it is closed.
///
/// @param fresh     adds it
/// @param completed adds it in the place of the reservation of its SPI
/// @param names     the kernel's names of its algorithms
record PreparedSa(InstalledSa sa, MessageWriter fresh, MessageWriter completed, String names)
        implements
            AutoCloseable {
    static final int LARGEST_WINDOW = 4096;

    /// The last sequence number of 32 bits.
    private static final long MOST_PACKETS = 0xFFFF_FFFFL;
    private static final long MANY_PACKETS = MOST_PACKETS / 16 * 15;
    /// So few are left then that others are to be agreed on.
    static final long LAST_PACKETS = MOST_PACKETS - MANY_PACKETS;

    /// One of no interface.
    static PreparedSa of(SecurityAssociation sa, Instant now, int outerMark) throws DataPlaneException {
        return of(sa, now, outerMark, 0);
    }

    /// Copies the keys.
    ///
    /// @param outerMark   of the packets that an outbound tunnel makes; 0 for none
    /// @param interfaceId the XFRM interface that its packets go through; 0 for none
    /// @throws DataPlaneException where the kernel could not do what is asked for
    static PreparedSa of(SecurityAssociation sa, Instant now, int outerMark, int interfaceId)
            throws DataPlaneException {
        if (sa.outer().dontFragment() == OuterHeader.DontFragment.SET && sa.mode() == Mode.TUNNEL) {
            throw new DataPlaneException(
                    "%s: the kernel copies or clears the DF bit of the outer header, but cannot set it; choose one of those"
                            .formatted(sa.id()));
        }
        checkFlow(sa);
        if (sa.replay().window() > LARGEST_WINDOW) {
            throw new DataPlaneException("%s: a replay window of %d packets; the kernel's largest is %d"
                    .formatted(sa.id(), sa.replay().window(), LARGEST_WINDOW));
        }
        InstalledSa installed = InstalledSa.of(sa, now);
        XfrmSa kernel = kernel(sa, installed, outerMark, interfaceId);
        String names = kernel.algorithms().stream().map(XfrmAlgorithm::name).collect(Collectors.joining(", "));
        return new PreparedSa(installed, XfrmSaCodec.add(kernel, false), XfrmSaCodec.add(kernel, true), names);
    }

    private static void checkFlow(SecurityAssociation sa) throws DataPlaneException {
        FlowConfidentiality flow = sa.outer().flow();
        if (flow.packetsPerSecond() > 0) {
            throw new DataPlaneException(
                    "%s: the kernel pads packets but sends no dummy packets; leave them out, or use the data plane 'userspace'"
                            .formatted(sa.id()));
        }
        if (flow.paddedLength() > 0 && (sa.mode() != Mode.TUNNEL || sa.id().protocol() != SecurityProtocol.ESP)) {
            throw new DataPlaneException("%s: only ESP in tunnel mode pads packets (RFC 4303 section 2.7)"
                    .formatted(sa.id()));
        }
    }

    private static XfrmSa kernel(SecurityAssociation sa, InstalledSa installed, int outerMark, int interfaceId)
            throws DataPlaneException {
        Optional<XfrmSelector> selector = XfrmSelector.single(sa.selectors(), installed.isOutbound())
                .filter(single -> sa.mode() == Mode.TUNNEL || isOfItsFamily(single, sa));
        return new XfrmSa(installed.kernelId(), sa.source(), OwnNumbers.requestId(sa.group()), sa.mode(), selector,
                limits(sa.soft(), ends(sa) ? MANY_PACKETS : Xfrm.UNLIMITED),
                limits(sa.hard(), ends(sa) ? MOST_PACKETS : Xfrm.UNLIMITED), flags(sa, selector.isPresent()),
                extraFlags(sa),
                XfrmAlgorithm.of(sa.transform(), sa.cipherKey(), sa.integrityKey()),
                sa.encapsulation().map(udp -> XfrmSa.Ports.of(udp, installed.isOutbound())), sa.replay(),
                Optional.empty(), interfaceId, installed.isOutbound() ? sa.outer().flow().paddedLength() : 0,
                installed.isOutbound() && sa.mode() == Mode.TUNNEL ? outerMark : 0);
    }

    /// Whether its sequence numbers run out: a sender may not let them begin again (RFC 4303 section 3.3.3, RFC 4302
    /// section 3.3.2).
    private static boolean ends(SecurityAssociation sa) {
        return sa.direction() == Direction.OUTBOUND && sa.id().protocol() != SecurityProtocol.IPCOMP
                && !sa.replay().extended() && !mayWrap(sa);
    }

    /// Manual keys, which nobody checks replay by. Of other ciphers than CBC the number makes the IV: a second packet with
    /// the same one would give both away.
    private static boolean mayWrap(SecurityAssociation sa) {
        return sa.replay().window() == 0 && switch (sa.transform()) {
            case EspTransform esp -> !esp.cipher().isAead() && esp.cipher() != Cipher.AES_CTR;
            case AhTransform _ -> true;
            case IpcompTransform _ -> false;
        };
    }

    /// Around a tunnel of one family in another, an SA of transport mode carries packets that its selector cannot name.
    private static boolean isOfItsFamily(XfrmSelector selector, SecurityAssociation sa) {
        return selector.source().isIpv6() == Xfrm.isIpv6(sa.id().destination());
    }

    private static XfrmSa.Limits limits(Lifetime lifetime, long mostPackets) {
        long packets = lifetime.packets().orElse(mostPackets);
        return new XfrmSa.Limits(lifetime.bytes().orElse(Xfrm.UNLIMITED),
                Long.compareUnsigned(packets, mostPackets) < 0 ? packets : mostPackets,
                lifetime.time().map(PreparedSa::wholeSeconds).orElse(0L));
    }

    /// At least one: 0 would be for ever.
    private static long wholeSeconds(Duration time) {
        return Math.max(1, time.plusNanos(999_999_999).toSeconds());
    }

    private static int flags(SecurityAssociation sa, boolean selected) {
        int flags = sa.replay().extended() ? XfrmSa.Flag.EXTENDED_SEQUENCE : 0;
        if (sa.id().protocol() == SecurityProtocol.AH && !Xfrm.isIpv6(sa.id().destination())) {
            flags |= XfrmSa.Flag.ALIGN_4;
        }
        flags |= selected ? 0 : XfrmSa.Flag.ANY_FAMILY;
        if (sa.mode() == Mode.TRANSPORT) {
            return flags;
        }
        flags |= sa.outer().ecn() ? 0 : XfrmSa.Flag.NO_ECN;
        return flags
                | (sa.outer().dontFragment() == OuterHeader.DontFragment.CLEAR ? XfrmSa.Flag.NO_PATH_MTU_DISCOVERY : 0);
    }

    private static int extraFlags(SecurityAssociation sa) {
        int flags = sa.mode() == Mode.TRANSPORT || sa.outer().copyDscp() ? 0 : XfrmSa.EXTRA_DONT_COPY_DSCP;
        return flags | (mayWrap(sa) ? XfrmSa.EXTRA_SEQUENCE_MAY_WRAP : 0);
    }

    /// Forgets the keys.
    @Override
    public void close() {
        fresh.wipe();
        completed.wipe();
    }
}
