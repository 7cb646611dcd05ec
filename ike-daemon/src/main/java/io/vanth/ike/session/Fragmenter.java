package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/// Cuts messages that are too large for a path into pieces, each a message of one fragment payload in clear.
///
///     header of the message, next payload 132, not encrypted
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +---------------+---------------+-------------------------------+
///     |       0       |   RESERVED    |            length             |
///     +---------------+---------------+---------------+---------------+
///     |          fragment id          |    number     |   1 = last    |
///     +---------------+---------------+---------------+---------------+
///     |         a piece of the message, which has its own header      ~
final class Fragmenter {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int NON_ESP_MARKER = 4;
    private static final int FRAGMENT_HEADERS = IsakmpHeader.BYTES + 8;
    private static final int EXCHANGE_OFFSET = 18;
    private static final int MESSAGE_ID_OFFSET = 20;
    private static final int IDS = 0xffff;

    private Fragmenter() {}

    /// The datagrams that carry `message`: itself where it fits.
    ///
    /// @param datagram the largest IP datagram, in bytes
    static List<Bytes> cut(Path path, int datagram, Bytes message) {
        int room = datagram - UDP_HEADER - (path.natTraversal() ? NON_ESP_MARKER : 0)
                - (path.remote().getAddress() instanceof Inet4Address ? IPV4_HEADER : IPV6_HEADER);
        return message.length() <= room ? List.of(message) : cut(message, room - FRAGMENT_HEADERS);
    }

    private static List<Bytes> cut(Bytes message, int pieceLength) {
        var header = IsakmpHeader.of(new Cookie(message.longAt(0)), new Cookie(message.longAt(Long.BYTES)),
                message.at(EXCHANGE_OFFSET), 0, message.intAt(MESSAGE_ID_OFFSET));
        // The same message has the same id when it is sent again, so that the pieces of both complete each other.
        int id = 1 + Math.floorMod(message.hashCode(), IDS);
        var datagrams = new ArrayList<Bytes>();
        for (int from = 0; from < message.length(); from += pieceLength) {
            int to = Math.min(message.length(), from + pieceLength);
            datagrams.add(MessageWriter.write(header, List.of(Payload.Fragment.of(id, datagrams.size() + 1,
                    to == message.length(), message.slice(from, to)))));
        }
        return datagrams;
    }
}
