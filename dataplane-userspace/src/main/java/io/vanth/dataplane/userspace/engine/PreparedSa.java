package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.Capabilities;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Integrity;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.UdpEncapsulation;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.port.EspTransport;
import io.vanth.dataplane.userspace.sad.InboundSa;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.OutboundSa;
import io.vanth.dataplane.userspace.sad.ReplayWindow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// An SA that this engine can do, with its keys at work but not yet in the tables.
record PreparedSa(SecurityAssociation association, UdpEncapsulation encapsulation, EspSealer sealer,
        EspOpener opener) {
    static final Capabilities CAPABILITIES = new Capabilities(
            EnumSet.allOf(Cipher.class), EnumSet.allOf(Integrity.class), Set.of(SecurityProtocol.ESP),
            Set.of(Mode.TUNNEL),
            false,
            ReplayWindow.MAX, false, true);

    /// Checks that the engine can do the SA and copies its keys.
    static PreparedSa of(SecurityAssociation association, SecureRandom random) throws DataPlaneException {
        if (!(association.transform() instanceof EspTransform transform)) {
            throw refused(association, "does ESP only, not " + association.id().protocol());
        }
        if (!CAPABILITIES.ciphers().contains(transform.cipher())
                || !transform.integrity().map(CAPABILITIES.integrities()::contains).orElse(true)) {
            throw refused(association, "does not do " + transform);
        }
        if (association.mode() != Mode.TUNNEL) {
            throw refused(association, "does tunnel mode only, not " + association.mode());
        }
        UdpEncapsulation encapsulation = association.encapsulation()
                .orElseThrow(() -> refused(association, "carries ESP in UDP only; force UDP encapsulation"));
        if (association.selectors().isEmpty()) {
            throw refused(association, "needs selectors");
        }
        if (association.replay().extended()) {
            throw refused(association, "has no extended sequence numbers");
        }
        int window = association.replay().window();
        if (window != 0 && (window < ReplayWindow.MIN || window > ReplayWindow.MAX)) {
            throw refused(association, "has replay windows of 0 or %d to %d packets, not %d"
                    .formatted(ReplayWindow.MIN, ReplayWindow.MAX, window));
        }
        return withKeys(association, transform, encapsulation, random);
    }

    private static PreparedSa withKeys(SecurityAssociation association, EspTransform transform,
            UdpEncapsulation encapsulation, SecureRandom random) throws DataPlaneException {
        byte[] keys = new byte[transform.keyBytes()];
        try {
            int cipherKey = association.cipherKey().expose(bytes -> copy(bytes, keys, 0));
            association.integrityKey().expose(bytes -> copy(bytes, keys, cipherKey));
            return association.direction() == Direction.OUTBOUND
                    ? new PreparedSa(association, encapsulation, EspSealer.of(transform, keys, random), null)
                    : new PreparedSa(association, encapsulation, null, EspOpener.of(transform, keys));
        } catch (GeneralSecurityException unavailable) {
            throw new DataPlaneException(association.id() + ": the Java runtime refuses " + transform + ": "
                    + unavailable.getMessage(), unavailable);
        } finally {
            Arrays.fill(keys, (byte) 0);
        }
    }

    private static int copy(byte[] from, byte[] to, int at) {
        System.arraycopy(from, 0, to, at, from.length);
        return from.length;
    }

    private static DataPlaneException refused(SecurityAssociation association, String why) {
        return new DataPlaneException("%s refused: the userspace data plane %s".formatted(association.id(), why));
    }

    /// The end of the SA that is this host's socket.
    InetSocketAddress local() {
        InetAddress address = association.direction() == Direction.OUTBOUND
                ? association.source()
                : association.id().destination();
        return new InetSocketAddress(address, encapsulation.localPort());
    }

    /// The SA as it goes into the tables.
    InstalledSa on(EspTransport transport, Instant now) {
        return association.direction() == Direction.OUTBOUND
                ? new OutboundSa(association, transport, peer(association.id().destination()), now, sealer)
                : new InboundSa(association, transport, peer(association.source()), now, opener);
    }

    private Endpoint peer(InetAddress address) {
        return new Endpoint(new InetSocketAddress(address, encapsulation.remotePort()));
    }
}
