package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SecurityProtocol;
import java.util.List;

/// The inbound SAs that a packet comes through one after the other, the outermost last. Never changed.
///
/// RFC 4301 section 5.2: a packet is let in only after all SAs that its sender is to apply. IPComp may have been left out:
/// it may not have been worth it (RFC 3173 section 2.2).
public final class InboundBundle {
    private final InboundSa[] layers;
    private final boolean plain;

    /// @param layers at least one, all of one group; they are of this bundle from now on
    public InboundBundle(List<InboundSa> layers) {
        this.layers = layers.toArray(InboundSa[]::new);
        this.plain = layers.size() == 1 && layers.getFirst().id().protocol() == SecurityProtocol.ESP
                && layers.getFirst().mode() == Mode.TUNNEL;
        boolean outermost = true;
        for (InboundSa layer : layers.reversed()) {
            layer.join(this, outermost);
            outermost &= isOptional(layer);
        }
    }

    /// The SAs, the outermost last.
    public List<InboundSa> layers() {
        return List.of(layers);
    }

    /// The group that all SAs are of.
    public SaGroup group() {
        return layers[0].group();
    }

    /// Whether it is one SA of ESP in tunnel mode.
    public boolean isPlain() {
        return plain;
    }

    /// Whether a packet that came through `path[from]` to `path[to - 1]`, the outermost first, came through all layers and
    /// no others. A layer may be that of a newer bundle of the same group.
    public boolean isWhole(InboundSa[] path, int from, int to) {
        int next = from;
        for (int index = layers.length - 1; index >= 0; index--) {
            if (next < to && isLike(path[next], layers[index])) {
                next++;
            } else if (!isOptional(layers[index])) {
                return false;
            }
        }
        return next == to;
    }

    private static boolean isLike(InboundSa one, InboundSa other) {
        return one.id().protocol() == other.id().protocol() && one.mode() == other.mode()
                && one.group().equals(other.group());
    }

    private static boolean isOptional(InboundSa layer) {
        return layer.id().protocol() == SecurityProtocol.IPCOMP;
    }
}
