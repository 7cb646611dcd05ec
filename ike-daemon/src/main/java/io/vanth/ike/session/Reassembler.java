package io.vanth.ike.session;

import io.vanth.ike.exchange.Path;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Puts the pieces of messages together. Nothing of them is authenticated, so all is bounded, and what is not complete
/// in time is forgotten.
final class Reassembler {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /// Of everybody; the oldest makes room.
    static final int MAX_SETS = 256;
    /// Of one address, which several peers may share behind a NAT.
    static final int MAX_SETS_OF_ADDRESS = 16;
    /// Of one session: a message and some that follow it.
    static final int MAX_SETS_OF_SESSION = 4;
    static final int MAX_BYTES = 4 << 20;

    private final EngineContext context;
    private final Map<Key, PartialMessage> oldestFirst = new LinkedHashMap<>();
    private final Map<InetAddress, Map<Key, PartialMessage>> ofAddress = new HashMap<>();
    private int bytes;

    /// What becomes of a piece.
    sealed interface Outcome {
        /// The message is complete.
        record Whole(Bytes message) implements Outcome {}

        /// More must come.
        record Waiting() implements Outcome {}

        /// The piece is dropped, or what came before it, for `reason`.
        record Dropped(String reason) implements Outcome {}
    }

    private record Session(InetSocketAddress peer, Cookie initiator, Cookie responder) {}

    private record Key(Session session, int id) {
        InetAddress address() {
            return session.peer().getAddress();
        }
    }

    Reassembler(EngineContext context) {
        this.context = context;
    }

    /// Takes a piece of a message of at most `limit` bytes.
    Outcome add(Path path, IsakmpHeader header, Payload.Fragment piece, int limit) {
        if (piece.number() == 0) {
            return new Outcome.Dropped("fragments are counted from 1");
        }
        var key = new Key(new Session(path.remote(), header.initiator(), header.responder()), piece.id());
        PartialMessage before = oldestFirst.get(key);
        PartialMessage message = before != null ? before : begin(key);
        int held = message.bytes();
        PartialMessage.Fit fit = message.add(piece, limit);
        bytes += message.bytes() - held;
        Outcome outcome = switch (fit) {
            case COMPLETE -> {
                forget(key);
                yield new Outcome.Whole(message.whole());
            }
            case WAITING -> new Outcome.Waiting();
            case TOO_LARGE -> {
                forget(key);
                yield new Outcome.Dropped("the fragments have more than %d bytes".formatted(limit));
            }
            case CONTRADICTION -> begunAnew(key, piece, limit);
        };
        makeRoom();
        return outcome;
    }

    /// Old peers give all messages one id: what contradicts the pieces before may be the first of another message.
    private Outcome begunAnew(Key key, Payload.Fragment piece, int limit) {
        forget(key);
        PartialMessage message = begin(key);
        PartialMessage.Fit fit = message.add(piece, limit);
        bytes += message.bytes();
        if (fit != PartialMessage.Fit.WAITING) {
            forget(key);
        }
        if (fit == PartialMessage.Fit.COMPLETE) {
            return new Outcome.Whole(message.whole());
        }
        return new Outcome.Dropped("fragment %d contradicts those before it, which are forgotten"
                .formatted(piece.number()));
    }

    private PartialMessage begin(Key key) {
        var message = new PartialMessage(context.after(PATIENCE, () -> forget(key)));
        oldestFirst.put(key, message);
        Map<Key, PartialMessage> sameAddress = ofAddress.computeIfAbsent(key.address(), _ -> new LinkedHashMap<>());
        sameAddress.put(key, message);
        if (sameAddress.keySet().stream().filter(each -> each.session().equals(key.session()))
                .count() > MAX_SETS_OF_SESSION) {
            forget(sameAddress.keySet().stream().filter(each -> each.session().equals(key.session())).findFirst()
                    .orElseThrow());
        } else if (sameAddress.size() > MAX_SETS_OF_ADDRESS) {
            forget(sameAddress.keySet().iterator().next());
        }
        return message;
    }

    private void makeRoom() {
        Iterator<Key> oldest = oldestFirst.keySet().iterator();
        while (oldestFirst.size() > MAX_SETS || bytes > MAX_BYTES) {
            forget(oldest.next());
            oldest = oldestFirst.keySet().iterator();
        }
    }

    private void forget(Key key) {
        PartialMessage message = oldestFirst.remove(key);
        if (message != null) {
            message.close();
            bytes -= message.bytes();
            ofAddress.computeIfPresent(key.address(), (_, rest) -> {
                rest.remove(key);
                return rest.isEmpty() ? null : rest;
            });
        }
    }

    /// How many messages wait for pieces.
    int size() {
        return oldestFirst.size();
    }

    /// What is held for them.
    int bytes() {
        return bytes;
    }
}
