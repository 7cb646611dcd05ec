package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.wire.IpProtocol;
import io.vanth.dataplane.userspace.wire.IpcompHeader;
import java.util.zip.Deflater;

/// IPComp (RFC 3173) with DEFLATE (RFC 2394).
///
/// RFC 3173 section 2.2: "If the total size of a compressed payload and the IPComp header ... is not smaller than the size
/// of the original payload, the IP datagram MUST be sent in the original non-compressed form." In tunnel mode that form
/// is the packet behind the tunnel's header.
public final class IpcompWrapper extends Wrapper {
    /// Shorter payloads are not tried: RFC 2394 section 5 finds no gain below 90 bytes.
    private static final int SHORTEST = 90;
    private static final int MAX_HEADERS = 1024;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final Envelope envelope;
    private final int cpi;
    private boolean closed;

    public IpcompWrapper(SecurityAssociation association, Identifications identifications) {
        this.envelope = Envelope.of(association, identifications);
        this.cpi = association.id().spi().value();
    }

    @Override
    public int spaceFor(int length) {
        return MAX_HEADERS + length;
    }

    /// As if nothing could be compressed.
    @Override
    public int wrappedLength(int length) {
        return envelope.headerLength() + envelope.payloadOf(length);
    }

    @Override
    public synchronized int wrap(long sequence, byte[] plain, int offset, int length, byte[] out, int at) {
        if (closed) {
            return ENDED;
        }
        int verdict = envelope.read(plain, offset, length);
        if (verdict != Envelope.GOOD) {
            return verdict;
        }
        int header = envelope.headerLength();
        int payload = envelope.payloadLength();
        if (header > MAX_HEADERS) {
            return MALFORMED;
        }
        int compressed = payload < SHORTEST ? 0 : compress(plain, payload, out, at + header + IpcompHeader.LENGTH);
        if (compressed > 0) {
            int total = header + IpcompHeader.LENGTH + compressed;
            envelope.write(out, at, IpProtocol.IPCOMP, total);
            IpcompHeader.write(out, at + header, envelope.nextHeader(), cpi);
            return total;
        }
        if (header + payload > MAX_PACKET) {
            return TOO_BIG;
        }
        System.arraycopy(plain, envelope.payload(), out, at + header, payload);
        envelope.write(out, at, envelope.nextHeader(), header + payload);
        return header + payload;
    }

    /// The length of the compressed payload; 0 when it would not be smaller.
    private int compress(byte[] plain, int payload, byte[] out, int at) {
        deflater.reset();
        deflater.setInput(plain, envelope.payload(), payload);
        deflater.finish();
        int length = deflater.deflate(out, at, payload - IpcompHeader.LENGTH - 1);
        return deflater.finished() ? length : 0;
    }

    @Override
    public synchronized void close() {
        closed = true;
        deflater.end();
    }
}
