package io.vanth.dataplane.userspace.route;

/// The numbers by which the engine's entries in the host's tables are known. One engine with routes runs in a network
/// namespace: entries with these numbers are its own, whichever process made them. Nothing else is touched.
public final class HostNumbers {
    /// The mark (`SO_MARK`) of the engine's own packets, which go around the routes for protected traffic; and the netlink
    /// port of the one process that has the routes.
    public static final int MARK = 0x56_41_4e_54;
    /// The routing table with the routes into the TUN device.
    public static final int TABLE = 5600;
    /// The routing table for policies that select a protocol or ports.
    public static final int LIMITED_TABLE = 5601;
    /// The metric of routes that keep what is of link scope out of the TUN device.
    public static final int OWN_METRIC = 50;
    /// The metric of routes into the TUN device.
    public static final int TUN_METRIC = 100;
    /// The metric of the unreachable routes that stand behind them.
    public static final int UNREACHABLE_METRIC = 5600;
    /// The originator (`rtm_protocol`) of routes and rules.
    public static final int PROTOCOL = 86;
    /// The name of the nftables tables, one of the family `inet` and one of the family `arp`.
    public static final String FILTER_TABLE = "vanth";

    /// The first of the routing rules: marked packets leave here.
    static final int MARK_PRIORITY = 5600;
    /// IKE of this host leaves here, whoever sends it.
    static final int IKE_PRIORITY = 5601;
    /// Bypassed traffic leaves here.
    static final int BYPASS_PRIORITY = 5610;
    /// Traffic to own networks is looked up in the host's main table, but for its default route.
    static final int OWN_PRIORITY = 5615;
    /// Traffic that is protected by its protocol or ports.
    static final int LIMITED_PRIORITY = 5620;
    /// All other traffic to protected networks.
    static final int TABLE_PRIORITY = 5690;
    /// The last of the routing rules, where those go on that leave.
    static final int END_PRIORITY = 5699;

    private HostNumbers() {}
}
