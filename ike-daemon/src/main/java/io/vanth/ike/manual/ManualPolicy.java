package io.vanth.ike.manual;

import io.vanth.dataplane.TrafficPair;
import java.util.List;

/// What happens to packets in both directions.
///
/// @param order the lowest decides
public record ManualPolicy(String name, int order, TrafficPair traffic, Action action) {
    /// The choices of RFC 4301 section 4.4.1.
    public sealed interface Action {}

    /// In clear.
    public record Bypass() implements Action {}

    /// Not at all.
    public record Discard() implements Action {}

    /// Through these layers, the innermost first.
    public record Protect(List<ManualLayer> layers) implements Action {
        public Protect {
            layers = List.copyOf(layers);
        }
    }
}
