package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;

/// Two namespaces with an Ethernet between them, and the addresses of [Family].
record Wire(NetworkNamespace left, NetworkNamespace right) implements AutoCloseable {
    private static final String DEVICE = "wire";
    private static final String LINK = "link set " + DEVICE + " address ";
    private static final String LEFT_MAC = "02:00:00:00:00:01";
    private static final String RIGHT_MAC = "02:00:00:00:00:02";

    static Wire create() throws Exception {
        Wire wire = new Wire(NetworkNamespace.create(), NetworkNamespace.create());
        wire.left.connect(DEVICE, wire.right, DEVICE);
        IpBatch left = new IpBatch().add(LINK + LEFT_MAC);
        IpBatch right = new IpBatch().add(LINK + RIGHT_MAC);
        for (Family family : Family.values()) {
            address(left, family.left(), family.right(), RIGHT_MAC);
            address(right, family.right(), family.left(), LEFT_MAC);
        }
        left.run(wire.left);
        right.run(wire.right);
        return wire;
    }

    /// The other host's network is reached over the wire, as far as routes are concerned. Neighbours are known: a
    /// policy for all packets between two hosts would be for their neighbour discovery too.
    private static void address(IpBatch batch, Family.End own, Family.End other, String mac) {
        // Without it an IPv6 address cannot be used for a while.
        String atOnce = own.outer().contains(":") ? " nodad" : "";
        batch.add("address add %s/%d dev %s%s".formatted(own.outer(), own.bits(), DEVICE, atOnce));
        batch.add("address add %s dev lo%s".formatted(own.inner(), atOnce));
        batch.add("neigh add %s lladdr %s dev %s nud permanent".formatted(other.outer(), mac, DEVICE));
        batch.add("route add %s via %s src %s".formatted(other.network(), other.outer(), own.inner()));
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
