package io.vanth.dataplane.netlink.xfrm;

import java.util.ArrayList;
import java.util.List;

/// Ports that agree with `port` in the bits of `mask`: the only shape of ports that the kernel knows.
record PortMask(int port, int mask) {
    static final PortMask ANY = new PortMask(0, 0);
    private static final int ALL_BITS = 0xFFFF;

    /// The fewest that make up the ports from `first` to `last`, in order; at most 30.
    static List<PortMask> covering(int first, int last) {
        var masks = new ArrayList<PortMask>();
        int next = first;
        while (next <= last) {
            int size = next == 0 ? ALL_BITS + 1 : Integer.lowestOneBit(next);
            size = Math.min(size, Integer.highestOneBit(last - next + 1));
            masks.add(new PortMask(next, ALL_BITS & ~(size - 1)));
            next += size;
        }
        return masks;
    }
}
