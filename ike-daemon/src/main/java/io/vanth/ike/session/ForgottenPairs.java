package io.vanth.ike.session;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// Takes away the SA pairs that a peer does not know any more, at once or when others have taken their place.
///
/// @param ending ends a pair and tells the peer
/// @param down   learns which tunnel is down, and why
record ForgottenPairs(EngineContext context, List<TunnelControl> tunnels, Ending ending,
        BiConsumer<TunnelControl, String> down) {
    /// How long a pair stays that the peer may have lost: long enough to agree on another even if a message is lost.
    private static final Duration DOUBT = Duration.ofSeconds(10);

    /// How a pair ends.
    interface Ending {
        void end(TunnelControl tunnel, LiveChild child, String reason);
    }

    /// Takes away what was agreed with any peer.
    void forget(String reason) {
        drop(_ -> true, reason);
    }

    /// Takes away what was established before `before` with the peer of `by`, which does not know it.
    void forget(IsakmpSa by, Instant before, String reason) {
        drop(each -> each.under().samePeer(by) && each.established().isBefore(before), reason);
    }

    private void drop(Predicate<LiveChild> which, String reason) {
        for (TunnelControl tunnel : tunnels) {
            boolean wasUp = tunnel.current().isPresent();
            tunnel.children().stream().filter(which).forEach(child -> tunnel.drop(child, context));
            if (wasUp && tunnel.current().isEmpty()) {
                down.accept(tunnel, reason);
            }
        }
    }

    /// The peer may have lost what was established before it began `by`. Until there are new keys it serves on where it
    /// leads to where the peer is: a peer that has only forgotten its ISAKMP SA still uses it.
    void doubt(IsakmpSa by, String reason) {
        Instant begun = by.origin().begun();
        InetAddress peer = by.path().remote().getAddress();
        for (TunnelControl tunnel : tunnels) {
            tunnel.children().stream().filter(each -> each.under().samePeer(by) && each.leadsTo(peer)
                    && each.established().isBefore(begun)).forEach(child -> {
                        child.doubt();
                        child.schedule(context.after(DOUBT, () -> ending.end(tunnel, child, reason)));
                    });
            if (tunnel.current().filter(LiveChild::doubtful).isPresent()) {
                tunnel.renew();
            }
        }
        drop(each -> each.under().samePeer(by) && each.established().isBefore(begun) && !each.doubtful(), reason);
    }
}
