package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.EspSealer;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.Ipv4Header;
import io.vanth.dataplane.userspace.wire.TrafficClass;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/// ESP, RFC 4303; in UDP (RFC 3948) without a header of its own, which the socket makes.
public final class EspWrapper extends Wrapper {
    private static final int MAX_HEADERS = 1024;

    /// What a dummy packet starts with, as far as the outer header looks at it.
    private static final int IPV4_START = 0x45;

    private final EspSealer sealer;
    private final Envelope envelope;
    private final boolean inUdp;
    private final int spi;
    private final boolean copyDscp;
    private final int paddedLength;
    private final byte[] padded;
    private int trafficClass;

    /// @param mtu of the inner packets
    public EspWrapper(SecurityAssociation association, EspSealer sealer, Identifications identifications, int mtu) {
        this.sealer = sealer;
        this.envelope = Envelope.of(association, identifications);
        this.inUdp = association.encapsulation().isPresent();
        this.copyDscp = association.outer().copyDscp();
        this.spi = association.id().spi().value();
        this.paddedLength = Math.min(association.outer().flow().paddedLength(), mtu);
        this.padded = new byte[Math.max(paddedLength, Ipv4Header.MIN_LENGTH) + EspSealer.TAILROOM];
    }

    @Override
    public int trafficClass() {
        return trafficClass;
    }

    @Override
    public int spaceFor(int length) {
        return MAX_HEADERS + sealer.spaceFor(Math.max(length, padded.length));
    }

    @Override
    public int wrappedLength(int length) {
        return envelope.headerLength() + sealer.sealedLength(Math.max(envelope.payloadOf(length), paddedLength));
    }

    @Override
    public int wrap(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        int verdict = envelope.read(plain, offset, length);
        if (verdict != Envelope.GOOD) {
            return verdict;
        }
        int payload = envelope.payloadLength();
        if (payload >= paddedLength) {
            return seal(sequence, envelope.nextHeader(), plain, envelope.payload(), payload, out, at);
        }
        System.arraycopy(plain, envelope.payload(), padded, 0, payload);
        Arrays.fill(padded, payload, paddedLength, (byte) 0);
        return seal(sequence, envelope.nextHeader(), padded, 0, paddedLength, out, at);
    }

    /// Makes a packet that its receiver throws away (RFC 4303 section 2.6), of the length that packets are padded to.
    ///
    /// @return its length
    public int wrapDummy(long sequence, byte[] out, int at) throws GeneralSecurityException {
        int length = padded.length - EspSealer.TAILROOM;
        Arrays.fill(padded, (byte) 0);
        padded[0] = IPV4_START;
        envelope.read(padded, 0, length);
        return seal(sequence, IpProtocol.NONE, padded, 0, length, out, at);
    }

    private int seal(long sequence, int nextHeader, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        int header = inUdp ? 0 : envelope.headerLength();
        if (header > MAX_HEADERS) {
            return MALFORMED;
        }
        if (header + sealer.sealedLength(length) > MAX_PACKET) {
            return TOO_BIG;
        }
        if (inUdp) {
            trafficClass = TrafficClass.outer(envelope.innerTrafficClass(), copyDscp, false);
        }
        int total = header + sealer.seal(spi, sequence, nextHeader, plain, offset, length, out, at + header);
        if (!inUdp) {
            envelope.write(out, at, IpProtocol.ESP, total);
        }
        return total;
    }
}
