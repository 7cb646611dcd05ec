package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload.Fragment;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What else is remarkable in a capture, a sentence each.
final class Remarks {
    private Remarks() {}

    static List<String> of(Negotiation negotiation, Course course) {
        List<String> remarks = new ArrayList<>();
        if (!negotiation.whole()) {
            remarks.add("the capture begins later than this negotiation: its first messages are not in it");
        }
        remarks.add(last(course));
        negotiation.unreachable().forEach(each -> {
            if (each.content() instanceof Content.Unreachable(var what, var target)) {
                remarks.add("ICMP from %s: %s unreachable for %s".formatted(
                        each.flow().map(flow -> flow.source().toString()).orElse("somebody"), what, target));
            }
        });
        remarks.addAll(missing(negotiation));
        long unread = negotiation.sightings().stream().filter(each -> each.payloads().isEmpty()).count();
        if (unread > 0) {
            remarks.add("%d message(s) are encrypted and cannot be read without their key (--keys)".formatted(unread));
        }
        if (!negotiation.of(ExchangeType.TRANSACTION).isEmpty()) {
            remarks.add("one side asks for XAUTH or mode config, which is not spoken here");
        }
        return remarks.stream().distinct().toList();
    }

    private static String last(Course course) {
        List<Sighting> copies = course.last();
        Duration time = Duration.between(copies.getFirst().at(), copies.getLast().at());
        return "the last message is from %s to %s%s".formatted(copies.getLast().source(),
                copies.getLast().destination(), copies.size() == 1
                        ? ", sent once"
                        : ", sent %d times in %d s".formatted(copies.size(), time.toSeconds()));
    }

    /// Messages in pieces that did not come whole.
    private static List<String> missing(Negotiation negotiation) {
        Map<String, TreeSet<Integer>> seen = new TreeMap<>();
        Map<String, Integer> last = new TreeMap<>();
        for (Sighting each : negotiation.sightings()) {
            for (Fragment piece : each.all(Fragment.class)) {
                String key = "%s's message in pieces (%d)".formatted(host(each), piece.id());
                seen.computeIfAbsent(key, _ -> new TreeSet<>()).add(piece.number());
                if (piece.last()) {
                    last.put(key, piece.number());
                }
            }
        }
        return seen.entrySet().stream().filter(each -> each.getValue().size() != last.getOrDefault(each.getKey(), -1))
                .map(each -> "%s is not whole: only number %s came, %s".formatted(each.getKey(),
                        each.getValue().stream().map(Object::toString).collect(Collectors.joining(", ")),
                        last.containsKey(each.getKey()) ? "of " + last.get(each.getKey()) : "and never the last"))
                .toList();
    }

    private static String host(Sighting sighting) {
        InetAddress address = sighting.source().address();
        return address.getHostAddress();
    }
}
