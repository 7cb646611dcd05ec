package io.vanth.dataplane.userspace.spd;

import io.vanth.dataplane.Layer;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.userspace.sad.InstalledSa;
import io.vanth.dataplane.userspace.sad.OutboundBundle;
import java.util.List;

/// The layers that a policy wants: a packet goes through the required ones, may go through the others, and through nothing
/// else.
public final class LayerRule {
    private final Layer[] layers;
    private final boolean plain;
    private final boolean tunnelsCompressed;

    LayerRule(List<Layer> layers) {
        this.layers = layers.toArray(Layer[]::new);
        this.plain = layers.equals(List.of(Layer.required(SecurityProtocol.ESP, Mode.TUNNEL)));
        this.tunnelsCompressed = layers.stream()
                .anyMatch(layer -> layer.protocol() == SecurityProtocol.IPCOMP && layer.mode() == Mode.TUNNEL);
    }

    /// Whether it is one layer of ESP in tunnel mode.
    boolean isPlain() {
        return plain;
    }

    /// Whether a packet that was not worth compressing comes behind the header of a tunnel, without IPComp.
    public boolean tunnelsCompressed() {
        return tunnelsCompressed;
    }

    boolean isSatisfiedBy(OutboundBundle bundle) {
        int next = 0;
        for (Layer layer : layers) {
            if (next < bundle.size() && is(bundle.layer(next), layer)) {
                next++;
            } else if (layer.required()) {
                return false;
            }
        }
        return next == bundle.size();
    }

    /// Whether a packet that came through `path[from]` to `path[to - 1]`, the outermost first, came through all that is
    /// required. IPComp is never required of a packet that comes: it may not have been worth it (RFC 3173 section 2.2).
    public boolean isSatisfiedBy(InstalledSa[] path, int from, int to) {
        int next = from;
        for (int index = layers.length - 1; index >= 0; index--) {
            Layer layer = layers[index];
            if (next < to && is(path[next], layer)) {
                next++;
            } else if (layer.required() && layer.protocol() != SecurityProtocol.IPCOMP) {
                return false;
            }
        }
        return next == to;
    }

    private static boolean is(InstalledSa association, Layer layer) {
        return association.id().protocol() == layer.protocol() && association.mode() == layer.mode();
    }
}
