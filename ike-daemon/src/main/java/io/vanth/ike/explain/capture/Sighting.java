package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.decode.DecodedFrame.Endpoint;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadChain;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An ISAKMP message as it was seen on the wire.
///
/// @param payloads those that can be read; empty where they are encrypted and no key fits
record Sighting(Instant at, Endpoint source, Endpoint destination, IsakmpHeader header, Content content,
        Optional<List<Payload>> payloads) {

    /// Empty for frames that are no ISAKMP messages.
    static Optional<Sighting> of(DecodedFrame frame) {
        return frame.flow().flatMap(flow -> switch (frame.content()) {
            case Content.Clear(var message) -> Optional.of(new Sighting(frame.at(), flow.source(), flow.destination(),
                    message.header(), frame.content(), Optional.of(message.payloads())));
            case Content.Encrypted(var message, var plaintext) -> Optional.of(new Sighting(frame.at(), flow.source(),
                    flow.destination(), message.header(), frame.content(), plaintext.map(PayloadChain::payloads)));
            case Content.Esp _,Content.Ah _,Content.Keepalive _,Content.Unreachable _,Content.Other _,Content.Broken _ ->
                Optional.empty();
        });
    }

    boolean isFrom(InetAddress host) {
        return source.address().equals(host);
    }

    boolean piece() {
        return payloads.filter(all -> !all.isEmpty() && all.getFirst() instanceof Payload.Fragment).isPresent();
    }

    <P extends Payload> List<P> all(Class<P> type) {
        return payloads.orElse(List.of()).stream().filter(type::isInstance).map(type::cast).toList();
    }
}
