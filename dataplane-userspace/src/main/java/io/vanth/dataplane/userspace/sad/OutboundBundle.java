package io.vanth.dataplane.userspace.sad;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.userspace.wire.PacketView;
import java.util.List;

/// The outbound SAs that a packet goes through one after the other, the outermost last. Never changed.
public final class OutboundBundle {
    private final OutboundSa[] layers;

    /// @param layers at least one, all of one group
    public OutboundBundle(List<OutboundSa> layers) {
        this.layers = layers.toArray(OutboundSa[]::new);
    }

    /// How many SAs it has.
    public int size() {
        return layers.length;
    }

    /// The SA that a packet goes through at `index`.
    public OutboundSa layer(int index) {
        return layers[index];
    }

    /// The SA whose packets go to the network.
    public OutboundSa outermost() {
        return layers[layers.length - 1];
    }

    /// The group that all SAs are of.
    public SaGroup group() {
        return layers[0].group();
    }

    /// Whether fragments must be put together before: the innermost SA is of transport mode.
    public boolean takesWholePacketsOnly() {
        return layers[0].mode() == Mode.TRANSPORT;
    }

    /// Whether it must not be used any more: one of its SAs has ended.
    public boolean isEnded() {
        for (OutboundSa layer : layers) {
            if (layer.isEnded()) {
                return true;
            }
        }
        return false;
    }

    /// The first SA that is not for the packet, or null.
    public OutboundSa refusing(PacketView packet) {
        for (OutboundSa layer : layers) {
            if (!layer.takes(packet)) {
                return layer;
            }
        }
        return null;
    }

    /// The longest packet, with the headers of the one wrapped last, that comes out with `mtu` bytes at most.
    public int longestWithin(int mtu) {
        int fits = 0;
        int tooLong = mtu;
        while (tooLong - fits > 1) {
            int middle = fits + tooLong >>> 1;
            if (wrappedLength(middle) <= mtu) {
                fits = middle;
            } else {
                tooLong = middle;
            }
        }
        return fits;
    }

    private int wrappedLength(int length) {
        int wrapped = length;
        for (OutboundSa layer : layers) {
            wrapped = layer.wrapper().wrappedLength(wrapped);
        }
        return wrapped;
    }

    boolean contains(OutboundSa association) {
        return List.of(layers).contains(association);
    }
}
