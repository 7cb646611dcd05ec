package io.vanth.dataplane.netlink.nftables;

/// Where in the kernel's path a base chain sees packets.
public enum Hook {
    /// ARP that comes in.
    ARP_INPUT(0),
    /// All that come in, before they are routed.
    PREROUTING(0),
    /// Those for this host.
    INPUT(1),
    /// Those that go through.
    FORWARD(2),
    /// Those of this host.
    OUTPUT(3);

    private final int number;

    Hook(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
