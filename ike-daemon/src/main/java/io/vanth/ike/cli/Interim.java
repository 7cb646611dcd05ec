package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What is known of a negotiation before it ends: a refusal that anybody may have sent, or that nothing comes.
final class Interim {
    /// How long a better answer may follow a refusal, and longer if the daemon has not asked once more by then.
    static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Set<String> said = new HashSet<>();
    private Optional<Refused> refused = Optional.empty();

    /// A refusal, how far the negotiation had come then, and how often it had asked again.
    private record Refused(Instant since, String stage, int resent) {}

    /// What is new, in lines for people; `remedy` finds what is to be done about a failure.
    ///
    /// @param nodes   the connection and the tunnels that are meant
    /// @param failure what has failed so far
    List<String> news(List<JsonNode> nodes, Optional<String> failure, Remedies remedy) throws Refusal {
        List<String> lines = new ArrayList<>();
        if (failure.isPresent() && said.add(failure.get())) {
            lines.add(failure.get());
            remedy.of(failure.get()).ifPresent(each -> lines.add("  -> " + each));
            lines.add("  still trying");
        }
        if (failure.isEmpty()) {
            waiting(nodes).filter(each -> each.path("resent").asInt() > 0).map(Interim::silence)
                    .filter(said::add).ifPresent(each -> lines.addAll(List.of(each, "  still trying")));
        }
        return lines;
    }

    /// Finds what is to be done about a failure.
    interface Remedies {
        Optional<String> of(String failure) throws Refusal;
    }

    /// Whether a refusal has stood for long enough: the peer was asked once more, and nothing has moved on since.
    ///
    /// @param clock read only where there is a refusal
    boolean settled(List<JsonNode> nodes, Optional<String> failure, InstantSource clock) {
        if (failure.isEmpty()) {
            refused = Optional.empty();
            return false;
        }
        Instant now = clock.instant();
        String stage = waiting(nodes).map(each -> each.path("stage").asText()).orElse("");
        int resent = waiting(nodes).map(each -> each.path("resent").asInt()).orElse(0);
        if (refused.filter(each -> each.stage().equals(stage) && each.resent() <= resent).isEmpty()) {
            refused = Optional.of(new Refused(now, stage, resent));
        }
        return refused.filter(each -> resent > each.resent() && !now.isBefore(each.since().plus(PATIENCE)))
                .isPresent();
    }

    private static String silence(JsonNode waiting) {
        String hint = waiting.path("hint").asText();
        return Escaped.text("no %s yet%s".formatted(waiting.path("stage").asText(),
                hint.isEmpty() ? "" : ": " + hint));
    }

    private static Optional<JsonNode> waiting(List<JsonNode> nodes) {
        return nodes.stream().map(each -> each.path("waiting")).filter(JsonNode::isObject).findFirst();
    }

    /// The connection and its tunnels.
    static List<JsonNode> nodes(JsonNode connection, List<JsonNode> tunnels) {
        return Stream.concat(Stream.of(connection), tunnels.stream()).toList();
    }
}
