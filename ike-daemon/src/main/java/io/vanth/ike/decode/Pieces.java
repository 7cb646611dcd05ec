package io.vanth.ike.decode;

import io.vanth.ike.decode.DecodedFrame.Flow;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.IsakmpMessage;
import io.vanth.ike.wire.Payload.Fragment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Puts messages together that were sent in pieces.
final class Pieces {
    private final Map<Of, Map<Integer, Fragment>> waiting = new HashMap<>();

    /// Which message of whom.
    private record Of(Optional<Flow> flow, Cookie initiator, int id) {}

    /// The message that a frame completes.
    Optional<Content> whole(DecodedFrame frame) {
        if (!(frame.content() instanceof Content.Clear(IsakmpMessage message)) || message.payloads().isEmpty()
                || !(message.payloads().getFirst() instanceof Fragment piece)) {
            return Optional.empty();
        }
        var key = new Of(frame.flow(), message.header().initiator(), piece.id());
        Map<Integer, Fragment> pieces = waiting.computeIfAbsent(key, _ -> new TreeMap<>());
        pieces.put(piece.number(), piece);
        int last = pieces.values().stream().filter(Fragment::last).mapToInt(Fragment::number).findFirst().orElse(-1);
        if (pieces.size() != last) {
            return Optional.empty();
        }
        waiting.remove(key);
        return Optional.of(DatagramReader.isakmp(
                Bytes.concat(pieces.values().stream().map(Fragment::data).toArray(Bytes[]::new))));
    }
}
