package io.vanth.ike.manual;

/// Where policies stand in the data plane. An order that an operator writes has room for policies that are told apart, and
/// for those of single peers before each.
public final class Orders {
    /// Orders from here on come behind the tunnels of connections.
    private static final int BEHIND = 10_000;
    private static final int ROOM = 2 * Ranks.MOST;
    private static final int TUNNELS = BEHIND * ROOM;
    private static final int FAR = 1 << 30;

    private Orders() {}

    /// @param first whether it is of a single peer
    static int of(int written, int rank, boolean first) {
        int order = written * ROOM + 2 * rank + (first ? 0 : 1);
        return written < BEHIND ? order : FAR + order;
    }

    /// The first one of the tunnels of connections in the data plane; the others follow.
    public static int firstTunnel() {
        return TUNNELS;
    }

    /// What an operator calls an order of the data plane; those of connections count from 10000 on.
    public static int written(int order) {
        if (order >= FAR) {
            return (order - FAR) / ROOM;
        }
        return order < TUNNELS ? order / ROOM : BEHIND + order - TUNNELS;
    }
}
