package io.vanth.dataplane.userspace.layer;

import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.userspace.packet.Endpoint;
import io.vanth.dataplane.userspace.wire.IpcompHeader;
import io.vanth.dataplane.userspace.wire.NetworkOrder;
import io.vanth.dataplane.userspace.wire.SecuredPacket;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// IPComp (RFC 3173) with DEFLATE (RFC 2394). Whatever was compressed, no more comes out than an IP packet can hold.
public final class IpcompUnwrapper extends Unwrapper {
    private static final int MAX_PACKET = 65_535;

    private final Inflater inflater = new Inflater(true);
    private final Exit exit;
    private boolean closed;

    public IpcompUnwrapper(SecurityAssociation association) {
        this.exit = new Exit(association);
    }

    @Override
    public int spaceFor(SecuredPacket packet) {
        return MAX_PACKET;
    }

    @Override
    public synchronized int unwrap(long sequence, SecuredPacket packet, Endpoint sender, byte[] out, int at) {
        if (closed) {
            return ENDED;
        }
        int start = packet.payload() + IpcompHeader.LENGTH;
        int header = exit.headerLength(packet);
        inflater.reset();
        inflater.setInput(packet.bytes(), start, packet.payloadLength() - IpcompHeader.LENGTH);
        int length;
        try {
            length = inflater.inflate(out, at + header, MAX_PACKET - header);
        } catch (DataFormatException damaged) {
            return BAD_COMPRESSION;
        }
        int nextHeader = NetworkOrder.u8(packet.bytes(), packet.payload() + IpcompHeader.NEXT_HEADER_OFFSET);
        return inflater.finished() ? exit.complete(packet, sender, nextHeader, out, at, length) : BAD_COMPRESSION;
    }

    @Override
    public synchronized void close() {
        closed = true;
        inflater.end();
    }
}
