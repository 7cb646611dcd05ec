package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.decode.DecodedFrame.Flow;
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

/// All that was seen under one initiator cookie.
///
/// @param sightings in the order of the capture
/// @param rest      other frames between the same two hosts since it began: ESP, ICMP
record Negotiation(Cookie cookie, List<Sighting> sightings, List<DecodedFrame> rest) {
    private static final int MAIN_MODE_MESSAGES = 6;
    private static final int SHORT_MODE_MESSAGES = 3;

    /// The one that was heard of last comes last.
    static List<Negotiation> in(List<DecodedFrame> frames) {
        Map<Cookie, List<Sighting>> seen = new LinkedHashMap<>();
        frames.forEach(frame -> Sighting.of(frame).ifPresent(each -> seen
                .computeIfAbsent(each.header().initiator(), _ -> new ArrayList<>()).add(each)));
        return seen.entrySet().stream().map(entry -> new Negotiation(entry.getKey(), List.copyOf(entry.getValue()),
                rest(frames, entry.getValue())))
                .sorted(Comparator.comparing(each -> each.sightings.getLast().at())).toList();
    }

    private static List<DecodedFrame> rest(List<DecodedFrame> frames, List<Sighting> seen) {
        Sighting first = seen.getFirst();
        return frames.stream().filter(frame -> !frame.at().isBefore(first.at())).filter(frame -> switch (frame
                .content()) {
            case Content.Unreachable(_, var target) -> target.equals(first.source())
                    || seen.stream().anyMatch(each -> target.equals(each.destination()));
            case Content.Esp _,Content.Ah _ -> frame.flow().filter(flow -> between(flow, first)).isPresent();
            case Content.Clear _,Content.Encrypted _,Content.Keepalive _,Content.Other _,Content.Broken _ -> false;
        }).toList();
    }

    private static boolean between(Flow flow, Sighting sighting) {
        List<InetAddress> hosts = List.of(sighting.source().address(), sighting.destination().address());
        return hosts.contains(flow.source().address()) && hosts.contains(flow.destination().address());
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
