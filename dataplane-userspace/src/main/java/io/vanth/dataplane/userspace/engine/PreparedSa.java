package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.FlowConfidentiality;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.IpcompTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.crypto.IntegrityCode;
import io.vanth.dataplane.userspace.layer.AhUnwrapper;
import io.vanth.dataplane.userspace.layer.AhWrapper;
import io.vanth.dataplane.userspace.layer.EspUnwrapper;
import io.vanth.dataplane.userspace.layer.EspWrapper;
import io.vanth.dataplane.userspace.layer.Identifications;
import io.vanth.dataplane.userspace.layer.IpcompUnwrapper;
import io.vanth.dataplane.userspace.layer.IpcompWrapper;
import io.vanth.dataplane.userspace.layer.Unwrapper;
import io.vanth.dataplane.userspace.layer.Wrapper;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.sad.ReplayWindow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;

/// An SA that this engine can do, with its keys at work but not yet in the tables.
///
/// @param wrapper   of an outbound SA, else null
/// @param unwrapper of an inbound SA, else null
record PreparedSa(SecurityAssociation association, Wrapper wrapper, Unwrapper unwrapper) {
    static final Capabilities CAPABILITIES = new Capabilities(
            EnumSet.allOf(Cipher.class), EnumSet.allOf(Integrity.class), EnumSet.allOf(SecurityProtocol.class),
            EnumSet.allOf(Mode.class), true, ReplayWindow.MAX, true, true);
    /// Without raw sockets there is ESP in UDP alone.
    static final Capabilities WITHOUT_RAW = new Capabilities(CAPABILITIES.ciphers(), CAPABILITIES.integrities(),
            EnumSet.of(SecurityProtocol.ESP), CAPABILITIES.modes(), false, ReplayWindow.MAX, true, true);
    private static final int NO_PORT = 0;
    private static final int LAST_CPI = 0xFFFF;

    /// Checks that the engine can do the SA and copies its keys.
    static PreparedSa of(SecurityAssociation association, SecureRandom random, Identifications identifications,
            int mtu) throws DataPlaneException {
        checkTransform(association);
        FlowConfidentiality flow = association.outer().flow();
        if (!flow.equals(FlowConfidentiality.NONE) && (association.mode() != Mode.TUNNEL
                || association.id().protocol() != SecurityProtocol.ESP)) {
            throw refused(association, "hides lengths and times by ESP in tunnel mode only (RFC 4303 section 2.7)");
        }
        if (association.source().getAddress().length != association.id().destination().getAddress().length) {
            throw refused(association, "has both ends in one IP version");
        }
        int window = association.replay().window();
        if (window != 0 && (window < ReplayWindow.MIN || window > ReplayWindow.MAX)) {
            throw refused(association, "has replay windows of 0 or %d to %d packets, not %d"
                    .formatted(ReplayWindow.MIN, ReplayWindow.MAX, window));
        }
        try {
            return association.direction() == Direction.OUTBOUND
                    ? new PreparedSa(association, wrapper(association, random, identifications, mtu), null)
                    : new PreparedSa(association, null, unwrapper(association));
        } catch (GeneralSecurityException unavailable) {
            throw new DataPlaneException(association.id() + ": the Java runtime refuses " + association.transform()
                    + ": " + unavailable.getMessage(), unavailable);
        }
    }

    private static void checkTransform(SecurityAssociation association) throws DataPlaneException {
        boolean known = association.transform().integrity().map(CAPABILITIES.integrities()::contains).orElse(true)
                && switch (association.transform()) {
                    case EspTransform esp -> CAPABILITIES.ciphers().contains(esp.cipher());
                    case AhTransform _ -> true;
                    case IpcompTransform _ -> true;
                };
        if (!known) {
            throw refused(association, "does not do " + association.transform());
        }
        if (association.transform() instanceof IpcompTransform
                && Integer.compareUnsigned(association.id().spi().value(), LAST_CPI) > 0) {
            throw refused(association, "has CPIs of 16 bits (RFC 3173 section 3.1)");
        }
    }

    private static Wrapper wrapper(SecurityAssociation association, SecureRandom random,
            Identifications identifications, int mtu) throws GeneralSecurityException {
        boolean extended = association.replay().extended();
        return switch (association.transform()) {
            case EspTransform esp -> new EspWrapper(association,
                    withKeys(association, keys -> EspSealer.of(esp, extended, keys, random)), identifications, mtu);
            case AhTransform ah -> new AhWrapper(association, ah,
                    withKeys(association, keys -> IntegrityCode.of(ah.algorithm(), extended, keys)), identifications);
            case IpcompTransform _ -> new IpcompWrapper(association, identifications);
        };
    }

    private static Unwrapper unwrapper(SecurityAssociation association) throws GeneralSecurityException {
        boolean extended = association.replay().extended();
        return switch (association.transform()) {
            case EspTransform esp -> new EspUnwrapper(association,
                    withKeys(association, keys -> EspOpener.of(esp, extended, keys)));
            case AhTransform ah -> new AhUnwrapper(association, ah,
                    withKeys(association, keys -> IntegrityCode.of(ah.algorithm(), extended, keys)));
            case IpcompTransform _ -> new IpcompUnwrapper(association);
        };
    }

    /// Makes something of the cipher key with the integrity key behind it; it copies what it keeps.
    @FunctionalInterface
    private interface Maker<T> {
        T make(byte[] keys) throws GeneralSecurityException;
    }

    private static <T> T withKeys(SecurityAssociation association, Maker<T> maker) throws GeneralSecurityException {
        byte[] keys = new byte[association.transform().keyBytes()];
        try {
            int cipherKey = association.cipherKey().expose(bytes -> copy(bytes, keys, 0));
            association.integrityKey().expose(bytes -> copy(bytes, keys, cipherKey));
            return maker.make(keys);
        } finally {
            Arrays.fill(keys, (byte) 0);
        }
    }

    private static int copy(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return from.length;
    }

    static DataPlaneException refused(SecurityAssociation association, String why) {
        return new DataPlaneException("%s refused: the userspace data plane %s".formatted(association.id(), why));
    }

    OutboundSa outbound(EspTransport transport, Instant now) {
        return new OutboundSa(association, transport, peer(association.id().destination()), now, wrapper);
    }

    InboundSa inbound(EspTransport transport, Instant now) {
        return new InboundSa(association, transport, peer(association.source()), now, unwrapper);
    }

    /// Gives back what the layer holds outside of the heap; for an SA that did not get into the tables.
    void close() {
        if (wrapper != null) {
            wrapper.close();
        }
        if (unwrapper != null) {
            unwrapper.close();
        }
    }

    private Endpoint peer(InetAddress address) {
        return new Endpoint(new InetSocketAddress(address,
                association.encapsulation().map(UdpEncapsulation::remotePort).orElse(NO_PORT)));
    }
}
