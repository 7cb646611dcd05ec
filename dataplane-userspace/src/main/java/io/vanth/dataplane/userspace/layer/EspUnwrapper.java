package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.security.GeneralSecurityException;

/// ESP, RFC 4303, raw or in UDP (RFC 3948).
public final class EspUnwrapper extends Unwrapper {
    private final EspOpener opener;
    private final Exit exit;

    public EspUnwrapper(SecurityAssociation association, EspOpener opener) {
        this.opener = opener;
        this.exit = new Exit(association);
    }

    @Override
    public int spaceFor(SecuredPacket packet) {
        return exit.headerLength(packet) + packet.payloadLength();
    }

    @Override
    public int unwrap(long sequence, SecuredPacket packet, Endpoint sender, byte[] out, int at)
            throws GeneralSecurityException {
        int payload = opener.open(sequence, packet.bytes(), packet.payload(), packet.payloadLength(), out,
                at + exit.headerLength(packet));
        return payload < 0 ? payload : exit.complete(packet, sender, opener.nextHeader(), out, at, payload);
    }
}
