package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.decode.DecodedFrame.Endpoint;
import io.vanth.ike.decode.DecodedFrame.Flow;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/// The frames of a capture that are no ISAKMP messages, put in order once: a flood has many thousands of negotiations.
final class OtherFrames {
    private final Map<Set<InetAddress>, List<DecodedFrame>> packets = new HashMap<>();
    private final Map<Endpoint, Map<Complaint, DecodedFrame>> unreachable = new HashMap<>();

    private record Complaint(Optional<Endpoint> source, String what) {}

    OtherFrames(List<DecodedFrame> frames) {
        frames.forEach(this::add);
    }

    private void add(DecodedFrame frame) {
        switch (frame.content()) {
            case Content.Unreachable(var what, var target) -> unreachable
                    .computeIfAbsent(target, _ -> new LinkedHashMap<>())
                    .merge(new Complaint(frame.flow().map(Flow::source), what), frame,
                            BinaryOperator.maxBy(Comparator.comparing(DecodedFrame::at)));
            case Content.Esp _,Content.Ah _ -> frame.flow().ifPresent(flow -> packets
                    .computeIfAbsent(hosts(flow.source(), flow.destination()), _ -> new ArrayList<>()).add(frame));
            case Content.Clear _,Content.Encrypted _,Content.Keepalive _,Content.Other _,Content.Broken _ -> {
                // Of a negotiation, or of nobody's interest.
            }
        }
    }

    private static Set<InetAddress> hosts(Endpoint one, Endpoint other) {
        return new HashSet<>(List.of(one.address(), other.address()));
    }

    /// The ESP and AH packets between two hosts.
    List<DecodedFrame> packets(Endpoint one, Endpoint other, Instant since) {
        return packets.getOrDefault(hosts(one, other), List.of()).stream()
                .filter(each -> !each.at().isBefore(since)).toList();
    }

    /// What ICMP says of `targets`; where somebody says the same several times, the last one.
    List<DecodedFrame> unreachable(Stream<Endpoint> targets, Instant since) {
        return targets.distinct().flatMap(each -> unreachable.getOrDefault(each, Map.of()).values().stream())
                .filter(each -> !each.at().isBefore(since)).toList();
    }
}
