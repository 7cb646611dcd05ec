package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.quickmode.ChildSa;
import java.net.InetSocketAddress;
import java.util.List;

/// The SA pairs that a connection has in the data plane now.
record InstalledPairs(EngineContext context, List<ChildSa> pairs) {
    /// The peer receives from here on elsewhere.
    void move(InetSocketAddress peer) {
        pairs.stream().filter(ChildSa::udp)
                .forEach(each -> context.perform(new Effect.MovePeer(each.outbound(), peer)));
    }

    DeadPeerDetector.Associations associations() {
        return new DeadPeerDetector.Associations(pairs.stream().map(ChildSa::inbound).toList(),
                pairs.stream().map(ChildSa::outbound).toList());
    }
}
