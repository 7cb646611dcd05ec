package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// All that was seen under one initiator cookie.
///
/// @param sightings in the order of the capture
/// @param others    all that is in the capture beside negotiations
record Negotiation(Cookie cookie, List<Sighting> sightings, OtherFrames others) {
    private static final int MAIN_MODE_MESSAGES = 6;
    private static final int SHORT_MODE_MESSAGES = 3;

    /// The one that was heard of last comes last.
    static List<Negotiation> in(List<DecodedFrame> frames) {
        Map<Cookie, List<Sighting>> seen = new LinkedHashMap<>();
        frames.forEach(frame -> Sighting.of(frame).ifPresent(each -> seen
                .computeIfAbsent(each.header().initiator(), _ -> new ArrayList<>()).add(each)));
        var others = new OtherFrames(frames);
        return seen.entrySet().stream()
                .map(entry -> new Negotiation(entry.getKey(), List.copyOf(entry.getValue()), others))
                .sorted(Comparator.comparing(each -> each.sightings.getLast().at())).toList();
    }

    /// ESP and AH between the same two hosts since it began.
    List<DecodedFrame> packets() {
        Sighting first = sightings.getFirst();
        return others.packets(first.source(), first.destination(), first.at());
    }

    /// What ICMP says since it began of where its messages went.
    List<DecodedFrame> unreachable() {
        Sighting first = sightings.getFirst();
        return others.unreachable(Stream.concat(Stream.of(first.source()),
                sightings.stream().map(Sighting::destination)), first.at());
    }

    /// Whether its first message is in the capture.
    boolean whole() {
        return sightings.getFirst().header().responder().equals(Cookie.NONE);
    }

    InetAddress initiator() {
        return sightings.getFirst().source().address();
    }

    InetAddress responder() {
        return sightings.getFirst().destination().address();
    }

    Cookie responderCookie() {
        return sightings.stream().map(each -> each.header().responder()).filter(each -> !each.equals(Cookie.NONE))
                .findFirst().orElse(Cookie.NONE);
    }

    /// Empty when the capture begins later.
    Optional<Course> phaseOne() {
        boolean aggressive = sightings.getFirst().header().exchange() == ExchangeType.AGGRESSIVE.code();
        List<Sighting> messages = of(aggressive ? ExchangeType.AGGRESSIVE : ExchangeType.MAIN_MODE);
        return !whole() || messages.isEmpty()
                ? Optional.empty()
                : Optional.of(Course.of(aggressive ? "aggressive mode" : "main mode",
                        aggressive ? SHORT_MODE_MESSAGES : MAIN_MODE_MESSAGES, initiator(), messages));
    }

    /// Each quick mode, as they began.
    List<Course> phaseTwo() {
        Map<Integer, List<Sighting>> byId = new LinkedHashMap<>();
        of(ExchangeType.QUICK_MODE).forEach(each -> byId
                .computeIfAbsent(each.header().messageId(), _ -> new ArrayList<>()).add(each));
        return byId.values().stream().map(all -> Course.of("quick mode", SHORT_MODE_MESSAGES,
                all.getFirst().source().address(), all)).toList();
    }

    /// Whole messages of an exchange.
    List<Sighting> of(ExchangeType type) {
        return sightings.stream().filter(each -> each.header().exchange() == type.code() && !each.piece()).toList();
    }

    <P extends Payload> Optional<P> first(Class<P> type, InetAddress from) {
        return sightings.stream().filter(each -> each.isFrom(from)).flatMap(each -> each.all(type).stream())
                .findFirst();
    }
}
