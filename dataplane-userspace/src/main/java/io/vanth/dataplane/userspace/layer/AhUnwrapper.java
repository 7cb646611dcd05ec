package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspOpener;
import io.vanth.dataplane.userspace.crypto.IntegrityCode;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.AuthenticationHeader;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// AH, RFC 4302. Over IPv4 padding to a multiple of eight bytes is taken too, which Linux sends unless it is told.
public final class AhUnwrapper extends Unwrapper {
    private static final int LONGER_UNIT = 8;

    private final IntegrityCode integrity;
    private final int icvBytes;
    private final Exit exit;
    private final byte[] headers = new byte[AhWrapper.MAX_HEADERS];
    private final byte[] icv;

    public AhUnwrapper(SecurityAssociation association, AhTransform transform, IntegrityCode integrity) {
        this.integrity = integrity;
        this.icvBytes = transform.algorithm().icvBytes();
        this.exit = new Exit(association);
        this.icv = new byte[icvBytes];
    }

    @Override
    public int spaceFor(SecuredPacket packet) {
        return packet.length();
    }

    @Override
    public int unwrap(long sequence, SecuredPacket packet, Endpoint sender, byte[] out, int at)
            throws GeneralSecurityException {
        byte[] bytes = packet.bytes();
        int header = AuthenticationHeader.length(bytes, packet.payload());
        if (header > packet.payloadLength() || packet.headerLength() > AhWrapper.MAX_HEADERS) {
            return TOO_SHORT;
        }
        if (header != AhWrapper.headerLength(icvBytes, AhWrapper.unit(packet.version()))
                && header != AhWrapper.headerLength(icvBytes, LONGER_UNIT)) {
            return EspOpener.BAD_ALIGNMENT;
        }
        int nextHeader = AuthenticationHeader.nextHeader(bytes, packet.payload());
        if (!isAuthentic(sequence, packet)) {
            return BAD_INTEGRITY;
        }
        int payload = packet.payloadLength() - header;
        System.arraycopy(bytes, packet.payload() + header, out, at + exit.headerLength(packet), payload);
        return exit.complete(packet, sender, nextHeader, out, at, payload);
    }

    private boolean isAuthentic(long sequence, SecuredPacket packet) throws GeneralSecurityException {
        byte[] bytes = packet.bytes();
        int field = packet.payload() + AuthenticationHeader.ICV_OFFSET;
        System.arraycopy(bytes, field, icv, 0, icvBytes);
        Arrays.fill(bytes, field, field + icvBytes, (byte) 0);
        System.arraycopy(bytes, packet.ip(), headers, 0, packet.headerLength());
        boolean authentic = MutableFields.clear(bytes, packet.ip(), packet.headerLength(), false);
        if (authentic) {
            integrity.update(bytes, packet.ip(), packet.length());
            authentic = integrity.matches(sequence, icv, 0);
        }
        System.arraycopy(headers, 0, bytes, packet.ip(), packet.headerLength());
        return authentic;
    }
}
