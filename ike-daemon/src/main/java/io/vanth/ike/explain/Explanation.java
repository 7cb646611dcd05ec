package io.vanth.ike.explain;

import io.vanth.ike.exchange.Circumstances;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One failure, explained. What a peer sent is escaped, and no secret is in it.
///
/// @param first       when it happened for the first time
/// @param last        when it happened for the last time
/// @param times       how often
/// @param tunnel      empty when the connection itself failed
/// @param reason      the label that the metrics use
/// @param what        one sentence
/// @param scene       where it happened; empty where no negotiation had begun
/// @param causes      the most probable first; never empty
/// @param comparisons what both sides have, as far as it is known
public record Explanation(Instant first, Instant last, int times, Optional<String> tunnel, String reason, String what,
        Optional<Circumstances> scene, List<Cause> causes, List<Comparison> comparisons) {
    public Explanation {
        causes = List.copyOf(causes);
        comparisons = List.copyOf(comparisons);
    }
}
