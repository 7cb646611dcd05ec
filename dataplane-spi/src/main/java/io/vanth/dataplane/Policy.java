package io.vanth.dataplane;

import java.util.List;
import java.util.Optional;

/// What happens to the packets of a [TrafficPair], in both directions. Of the policies that match a packet the one of
/// the lowest `order` decides; among equals the one added first.
///
/// @param name  unique in the data plane; appears in events, counters and logs
/// @param order lower numbers are looked at first
/// @param via   the interface whose packets it decides about, looked at by themselves: no routes and no leak protection
///              are installed for it, and all policies of a group are of one interface. Empty: the packets of the host
public record Policy(String name, int order, TrafficPair traffic, Action action, Optional<TunnelInterface> via) {
    /// About the packets of the host.
    public Policy(String name, int order, TrafficPair traffic, Action action) {
        this(name, order, traffic, action, Optional.empty());
    }

    /// The three choices of RFC 4301 section 4.4.1.
    public sealed interface Action {}

    /// The packet goes through the SAs of `group`, one of each layer, the outermost last. While a required one is missing
    /// it is held or dropped, never sent in clear, and an [DataPlaneEvent.Acquire] is reported if `acquire` is set.
    /// Inbound, only packets that came through all required layers are let in.
    public record Protect(SaGroup group, List<Layer> layers, boolean acquire) implements Action {
        public Protect {
            layers = List.copyOf(layers);
            if (layers.isEmpty()) {
                throw new IllegalArgumentException("a policy that protects needs a layer");
            }
        }

        /// One ESP SA in tunnel mode.
        public static Protect espTunnel(SaGroup group, boolean acquire) {
            return new Protect(group, List.of(Layer.required(SecurityProtocol.ESP, Mode.TUNNEL)), acquire);
        }
    }

    /// The packet passes in clear.
    public record Bypass() implements Action {}

    /// The packet is dropped.
    public record Discard() implements Action {}
}
