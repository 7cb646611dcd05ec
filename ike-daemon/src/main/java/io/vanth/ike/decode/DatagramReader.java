package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import java.util.Optional;

/// Tells ISAKMP, ESP and keepalives apart.
///
/// With ports known, RFC 3948 section 2 says it: on port 4500 four zero bytes, the non-ESP marker, stand before ISAKMP, and
/// ESP never starts with them; on port 500 there is only ISAKMP.
///
/// A datagram in a file of its own has no ports. One byte of 0xff is a keepalive; what has the length that an ISAKMP header
/// at its very start gives is ISAKMP. Else
/// - if it starts with four zero bytes, these are the non-ESP marker, unless the octet that is then the version is neither
///   1.0 nor 2.0 while the one that is it without a marker is: what follows is ISAKMP;
/// - if the first four bytes may be an SPI (above 255), the next four a sequence number that a connection reaches in
///   practice (below 2^24), and it is not shorter than the smallest ESP packet, it is ESP;
/// - all the rest is ISAKMP, and most likely malformed.
final class DatagramReader {
    private static final int IKE_PORT = 500;
    private static final int NAT_TRAVERSAL_PORT = 4500;
    private static final int NON_ESP_MARKER_BYTES = 4;
    private static final int VERSION_OFFSET = 17;
    private static final int LENGTH_OFFSET = 24;
    private static final int VERSION_2_0 = 0x20;

    private static final int SEQUENCE_OFFSET = 4;
    private static final int ESP_HEADER_BYTES = 8;
    private static final int MIN_RAW_ESP_BYTES = 24;
    private static final int RESERVED_SPIS = 255;
    private static final int MAX_PLAUSIBLE_SEQUENCE = 1 << 24;

    private static final int AH_SPI_OFFSET = 4;
    private static final int AH_SEQUENCE_OFFSET = 8;
    private static final int AH_HEADER_BYTES = 12;

    private DatagramReader() {}

    static boolean isIpsecPort(int port) {
        return port == IKE_PORT || port == NAT_TRAVERSAL_PORT;
    }

    /// A datagram between two ports.
    static Content ofPorts(int source, int destination, Bytes datagram) {
        if (isKeepalive(datagram)) {
            return new Content.Keepalive();
        }
        if (source != NAT_TRAVERSAL_PORT && destination != NAT_TRAVERSAL_PORT) {
            return isakmp(datagram);
        }
        return startsWithMarker(datagram) ? isakmp(datagram.from(NON_ESP_MARKER_BYTES)) : esp(datagram, true);
    }

    /// A datagram of unknown ports.
    static Content ofFile(Bytes datagram) {
        if (isKeepalive(datagram)) {
            return new Content.Keepalive();
        }
        if (hasOwnLength(datagram)) {
            return isakmp(datagram);
        }
        if (startsWithMarker(datagram)) {
            boolean marked = hasVersion(datagram, NON_ESP_MARKER_BYTES) || !hasVersion(datagram, 0);
            return isakmp(datagram.from(marked ? NON_ESP_MARKER_BYTES : 0));
        }
        return looksLikeEsp(datagram) ? esp(datagram, true) : isakmp(datagram);
    }

    static Content esp(Bytes packet, boolean withinUdp) {
        if (packet.length() < ESP_HEADER_BYTES) {
            return new Content.Broken(new Malformed("ESP of %d bytes".formatted(packet.length()), 0));
        }
        return new Content.Esp(packet.intAt(0), packet.intAt(SEQUENCE_OFFSET), packet.length(), withinUdp);
    }

    static Content ah(Bytes packet) {
        if (packet.length() < AH_HEADER_BYTES) {
            return new Content.Broken(new Malformed("AH of %d bytes".formatted(packet.length()), 0));
        }
        return new Content.Ah(packet.at(0), packet.intAt(AH_SPI_OFFSET), packet.intAt(AH_SEQUENCE_OFFSET),
                packet.length());
    }

    static Content isakmp(Bytes datagram) {
        return switch (MessageReader.read(datagram)) {
            case IsakmpMessage message -> new Content.Clear(message);
            case EncryptedMessage message -> new Content.Encrypted(message, Optional.empty());
            case Malformed malformed -> new Content.Broken(malformed);
        };
    }

    private static boolean isKeepalive(Bytes datagram) {
        return datagram.length() == 1 && datagram.at(0) == 0xff;
    }

    private static boolean startsWithMarker(Bytes datagram) {
        return datagram.length() >= NON_ESP_MARKER_BYTES && datagram.intAt(0) == 0;
    }

    private static boolean hasOwnLength(Bytes datagram) {
        return datagram.length() >= IsakmpHeader.BYTES && datagram.intAt(LENGTH_OFFSET) == datagram.length();
    }

    private static boolean hasVersion(Bytes datagram, int start) {
        int offset = start + VERSION_OFFSET;
        return offset < datagram.length()
                && (datagram.at(offset) == IsakmpHeader.VERSION_1_0 || datagram.at(offset) == VERSION_2_0);
    }

    private static boolean looksLikeEsp(Bytes datagram) {
        return datagram.length() >= MIN_RAW_ESP_BYTES && Integer.compareUnsigned(datagram.intAt(0), RESERVED_SPIS) > 0
                && Integer.compareUnsigned(datagram.intAt(SEQUENCE_OFFSET), MAX_PLAUSIBLE_SEQUENCE) < 0;
    }
}
