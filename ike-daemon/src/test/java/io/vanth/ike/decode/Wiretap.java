package io.vanth.ike.decode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.EncryptedMessage;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Malformed;
import io.vanth.ike.wire.MessageReader;
import io.vanth.ike.wire.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads along on a wire whose keys a test knows; it has to see every message in order.
public final class Wiretap {
    private final Map<Cookie, ObservedSa> sas = new HashMap<>();
    private final Map<Cookie, Secret> keys = new HashMap<>();
    /// Of the message that is being sent; both ends send one after the other.
    private final Map<Integer, Bytes> pieces = new TreeMap<>();

    /// The cipher key of the SA with this initiator cookie.
    public void learn(Cookie initiator, Secret key) {
        keys.computeIfAbsent(initiator, _ -> key.copy());
    }

    /// What a message holds; empty if it cannot be decrypted, or is none.
    public Optional<List<Payload>> read(Bytes datagram) {
        return switch (MessageReader.read(datagram)) {
            case IsakmpMessage(_, var payloads) when !payloads.isEmpty()
                    && payloads.getFirst() instanceof Payload.Fragment piece -> {
                pieces.put(piece.number(), piece.data());
                if (piece.last() && pieces.size() == piece.number()) {
                    read(Bytes.concat(pieces.values().toArray(Bytes[]::new)));
                    pieces.clear();
                }
                yield Optional.of(payloads);
            }
            case IsakmpMessage message -> {
                observed(message.header().initiator()).learn(message);
                yield Optional.of(message.payloads());
            }
            case EncryptedMessage message -> {
                Cookie initiator = message.header().initiator();
                yield Optional.ofNullable(keys.get(initiator))
                        .flatMap(key -> observed(initiator).decrypt(message, key)).map(chain -> chain.payloads());
            }
            case Malformed _ -> Optional.empty();
        };
    }

    private ObservedSa observed(Cookie initiator) {
        return sas.computeIfAbsent(initiator, _ -> new ObservedSa());
    }
}
