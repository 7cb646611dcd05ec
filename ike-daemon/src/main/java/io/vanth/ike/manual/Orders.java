package io.vanth.ike.manual;

import java.util.OptionalInt;

/// Where policies stand in the data plane. An order that an operator writes has room for policies that are told apart, and
/// for those of single peers before each.
public final class Orders {
    /// Orders from here on come behind the tunnels of connections.
    private static final int BEHIND = 10_000;
    private static final int ROOM = 2 * Ranks.MOST;
    private static final int TUNNELS = BEHIND * ROOM;
    /// What tunnels of connections are apart.
    private static final int SPACE = 1024;
    private static final int FAR = 1 << 30;

    private Orders() {}

    /// @param first whether it is of a single peer
    static int of(int written, int rank, boolean first) {
        int order = written * ROOM + 2 * rank + (first ? 0 : 1);
        return written < BEHIND ? order : FAR + order;
    }

    /// Below all of the tunnels of connections in the data plane.
    public static int belowTunnels() {
        return TUNNELS;
    }

    /// Whether a policy of the order that an operator writes stands before the tunnels of connections.
    static boolean isBeforeTunnels(int written) {
        return written < BEHIND;
    }

    /// The order of the tunnel at `place`, from 0 on, when a daemon starts; between two there is room for what comes later.
    public static int ofTunnel(int place) {
        return TUNNELS + SPACE * place + SPACE / 2;
    }

    /// One behind `before` and, where there is room, before `after`; where there is none, at `after`, which then has to go
    /// on; without an `after` one far behind.
    public static int between(int before, OptionalInt after) {
        return after.isPresent()
                ? before + Math.max(1, Math.ceilDiv(after.getAsInt() - before - 1, 2))
                : ofTunnel(before == TUNNELS ? 0 : (before - TUNNELS) / SPACE + 1);
    }

    /// What an operator calls an order of the data plane; those of connections count from 10000 on.
    public static int written(int order) {
        if (order >= FAR) {
            return (order - FAR) / ROOM;
        }
        return order < TUNNELS ? order / ROOM : BEHIND + (order - TUNNELS) / SPACE;
    }
}
