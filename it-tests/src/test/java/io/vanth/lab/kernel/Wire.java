package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;

/// Two namespaces with an Ethernet between them, and the addresses of [Family].
record Wire(NetworkNamespace left, NetworkNamespace right) implements AutoCloseable {
    private static final String DEVICE = "wire";

    static Wire create() throws Exception {
        Wire wire = new Wire(NetworkNamespace.create(), NetworkNamespace.create());
        wire.left.connect(DEVICE, wire.right, DEVICE);
        IpBatch left = new IpBatch();
        IpBatch right = new IpBatch();
        for (Family family : Family.values()) {
            address(left, family.left(), family.right());
            address(right, family.right(), family.left());
        }
        left.run(wire.left);
        right.run(wire.right);
        return wire;
    }

    /// The other host's network is reached over the wire, as far as routes are concerned.
    private static void address(IpBatch batch, Family.End own, Family.End other) {
        // Without it an IPv6 address cannot be used for a while.
        String atOnce = own.outer().contains(":") ? " nodad" : "";
        batch.add("address add %s/%d dev %s%s".formatted(own.outer(), own.bits(), DEVICE, atOnce));
        batch.add("address add %s dev lo%s".formatted(own.inner(), atOnce));
        batch.add("route add %s via %s src %s".formatted(other.network(), other.outer(), own.inner()));
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
