package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.wire.ExchangeType;
import java.net.InetAddress;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Stream;

/// What comes from one host after another has fallen silent.
final class Silence {
    private Silence() {}

    /// The informational messages since the last sign of life of `host`.
    static Stream<Sighting> after(Negotiation negotiation, InetAddress host) {
        Instant last = Stream.of(
                negotiation.sightings().stream().filter(each -> each.isFrom(host)).map(Sighting::at),
                negotiation.packets().stream().filter(each -> isFrom(each, host)).map(DecodedFrame::at),
                negotiation.unreachable().stream().filter(each -> isFrom(each, host)).map(DecodedFrame::at))
                .flatMap(Function.identity()).max(Instant::compareTo).orElse(Instant.MIN);
        return negotiation.of(ExchangeType.INFORMATIONAL).stream().filter(each -> each.at().isAfter(last));
    }

    private static boolean isFrom(DecodedFrame frame, InetAddress host) {
        return frame.flow().filter(flow -> flow.source().address().equals(host)).isPresent();
    }
}
