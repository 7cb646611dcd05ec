package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.TrafficClass;
import java.security.GeneralSecurityException;

/// ESP, RFC 4303; in UDP (RFC 3948) without a header of its own, which the socket makes.
public final class EspWrapper extends Wrapper {
    private static final int MAX_HEADERS = 1024;

    private final EspSealer sealer;
    private final Envelope envelope;
    private final boolean inUdp;
    private final int spi;
    private final boolean copyDscp;
    private int trafficClass;

    public EspWrapper(SecurityAssociation association, EspSealer sealer, Identifications identifications) {
        this.sealer = sealer;
        this.envelope = Envelope.of(association, identifications);
        this.inUdp = association.encapsulation().isPresent();
        this.copyDscp = association.outer().copyDscp();
        this.spi = association.id().spi().value();
    }

    @Override
    public int trafficClass() {
        return trafficClass;
    }

    @Override
    public int spaceFor(int length) {
        return MAX_HEADERS + sealer.spaceFor(length);
    }

    @Override
    public int wrap(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        int verdict = envelope.read(plain, offset, length);
        if (verdict != Envelope.GOOD) {
            return verdict;
        }
        int header = inUdp ? 0 : envelope.headerLength();
        if (header > MAX_HEADERS) {
            return MALFORMED;
        }
        if (header + sealer.sealedLength(envelope.payloadLength()) > MAX_PACKET) {
            return TOO_BIG;
        }
        int total = header + sealer.seal(spi, sequence, envelope.nextHeader(), plain, envelope.payload(),
                envelope.payloadLength(), out, at + header);
        if (inUdp) {
            trafficClass = TrafficClass.outer(TrafficClass.of(plain, offset), copyDscp, false);
        } else {
            envelope.write(out, at, IpProtocol.ESP, total);
        }
        return total;
    }
}
