package io.vanth.ike.exchange.aggressive;

import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.wire.IsakmpMessage;

/// How much may go out for one message 1: it may bear the address of somebody who never asked.
///
/// @param request its size in bytes
record AnswerLimit(long request) {
    private static final int PRE_SHARED = 3;
    private static final int SIGNED = 8;
    /// Of IP, UDP and ISAKMP, in each piece of a message that is cut.
    private static final int PIECE_HEADERS = 84;
    /// What of them counts here: a request is counted without IP and UDP too.
    private static final int COUNTED_HEADERS = 36;

    static AnswerLimit of(IsakmpMessage request) {
        return new AnswerLimit(request.header().length());
    }

    /// Whether so many copies of an answer of `bytes` may go out.
    boolean allows(int copies, int bytes, Connection connection) {
        return copies * sent(bytes, connection.fragmentation()) <= request * factor(connection);
    }

    /// As it goes out when it is cut into pieces.
    private static long sent(long bytes, Fragmentation fragmentation) {
        long pieces = 1 + bytes / (fragmentation.datagram() - PIECE_HEADERS);
        return pieces == 1 ? bytes : bytes + pieces * COUNTED_HEADERS;
    }

    private static int factor(Connection connection) {
        return switch (connection.authentication()) {
            case Authentication.PreShared _ -> PRE_SHARED;
            case Authentication.Signatures _ -> SIGNED;
        };
    }
}
