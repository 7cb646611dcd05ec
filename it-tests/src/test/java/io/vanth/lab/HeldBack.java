package io.vanth.lab;

import io.vanth.lab.Link.Plane;

/// Datagrams of IKE between two gateways that the router between them swallows, so that a negotiation stays half done.
enum HeldBack {
    /// The third message of A's quick mode, the only one that is so short.
    THIRD_MESSAGE("to-a", "udp dport 4500 @th,64,32 0 @th,240,8 32 udp length < 108",
            "match ip dport 4500 0xffff match u32 0 0xffffffff at 28 match u8 32 0xff at 50 match u16 0 0xff80 at 2"),
    /// What B says in quick mode.
    SECOND_MESSAGE("to-b", "udp dport 4500 @th,64,32 0 @th,240,8 32",
            "match ip dport 4500 0xffff match u32 0 0xffffffff at 28 match u8 32 0xff at 50"),
    /// All that B says.
    EVERYTHING("to-b", "meta l4proto udp", "match ip protocol 17 0xff");

    private final String from;
    private final String inNft;
    private final String inTc;

    /// @param from the interface of the router by which they come
    HeldBack(String from, String inNft, String inTc) {
        this.from = from;
        this.inNft = inNft;
        this.inTc = inTc;
    }

    /// Begins. The machine's kernel and the guest's have different means.
    void begin(Namespace router, Plane plane) {
        switch (plane) {
            case USERSPACE -> router.nft("""
                table ip held {
                    chain back {
                        type filter hook forward priority 0
                        iifname %s %s counter drop
                    }
                }
                """.formatted(from, inNft));
            case KERNEL -> {
                tc(router, "qdisc add dev %s clsact".formatted(from));
                tc(router, "filter add dev %s ingress protocol ip u32 match ip protocol 17 0xff %s action drop"
                        .formatted(from, inTc));
            }
        }
    }

    void end(Namespace router, Plane plane) {
        switch (plane) {
            case USERSPACE -> router.nft("delete table ip held\n");
            case KERNEL -> tc(router, "qdisc del dev %s clsact".formatted(from));
        }
    }

    /// Whether there was one yet.
    boolean any(Namespace router, Plane plane) {
        return switch (plane) {
            case USERSPACE -> !router.command("nft", "list", "table", "ip", "held").checked().contains("packets 0 ");
            case KERNEL -> !tc(router, "-s filter show dev %s ingress".formatted(from)).contains("dropped 0,");
        };
    }

    private static String tc(Namespace router, String words) {
        return router.command(("tc " + words).split(" ", -1)).checked();
    }
}
