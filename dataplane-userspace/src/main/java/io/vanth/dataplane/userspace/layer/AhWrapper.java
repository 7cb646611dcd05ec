package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.AhTransform;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.crypto.IntegrityCode;
import io.vanth.dataplane.userspace.wire.AuthenticationHeader;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpVersion;
import java.security.GeneralSecurityException;

/// AH, RFC 4302: the ICV covers the whole packet, the IP headers in front included.
public final class AhWrapper extends Wrapper {
    static final int MAX_HEADERS = 1024;
    private static final int IPV4_UNIT = 4;
    private static final int IPV6_UNIT = 8;

    private final IntegrityCode integrity;
    private final int icvBytes;
    private final Envelope envelope;
    private final int spi;
    private final byte[] headers = new byte[MAX_HEADERS];

    public AhWrapper(SecurityAssociation association, AhTransform transform, IntegrityCode integrity,
            Identifications identifications) {
        this.integrity = integrity;
        this.icvBytes = transform.algorithm().icvBytes();
        this.envelope = Envelope.of(association, identifications);
        this.spi = association.id().spi().value();
    }

    @Override
    public int spaceFor(int length) {
        return MAX_HEADERS + headerLength(icvBytes, IPV6_UNIT) + length;
    }

    /// RFC 4302 section 3.3.3.2.1: "the total length of the AH header ... a multiple of 32 bits (IPv4) or 64 bits (IPv6)".
    static int headerLength(int icvBytes, int unit) {
        return Math.ceilDiv(AuthenticationHeader.FIXED_LENGTH + icvBytes, unit) * unit;
    }

    static int unit(int version) {
        return version == IpVersion.V4 ? IPV4_UNIT : IPV6_UNIT;
    }

    @Override
    public int wrappedLength(int length) {
        return envelope.headerLength() + headerLength(icvBytes, unit(envelope.version())) + envelope.payloadOf(length);
    }

    @Override
    public int wrap(long sequence, byte[] plain, int offset, int length, byte[] out, int at)
            throws GeneralSecurityException {
        int verdict = envelope.read(plain, offset, length);
        if (verdict != Envelope.GOOD) {
            return verdict;
        }
        int header = envelope.headerLength();
        if (header > MAX_HEADERS) {
            return MALFORMED;
        }
        int authentication = headerLength(icvBytes, unit(envelope.version()));
        int total = header + authentication + envelope.payloadLength();
        if (total > MAX_PACKET) {
            return TOO_BIG;
        }
        envelope.write(out, at, IpProtocol.AH, total);
        AuthenticationHeader.write(out, at + header, authentication, envelope.nextHeader(), spi, (int) sequence);
        System.arraycopy(plain, envelope.payload(), out, at + header + authentication, envelope.payloadLength());
        return sign(sequence, out, at, header, total) ? total : MALFORMED;
    }

    private boolean sign(long sequence, byte[] out, int at, int header, int total) throws GeneralSecurityException {
        System.arraycopy(out, at, headers, 0, header);
        if (!MutableFields.clear(out, at, header, true)) {
            return false;
        }
        integrity.update(out, at, total);
        integrity.write(sequence, out, at + header + AuthenticationHeader.ICV_OFFSET);
        System.arraycopy(headers, 0, out, at, header);
        return true;
    }
}
