/// A data plane in Java: ESP between a TUN device and UDP.
module io.vanth.dataplane.userspace {
    requires transitive io.vanth.dataplane;
    requires io.vanth.dataplane.netlink;
    requires org.bouncycastle.provider;
    requires org.slf4j;

    exports io.vanth.dataplane.userspace.engine;
    exports io.vanth.dataplane.userspace.packet;
    exports io.vanth.dataplane.userspace.port;
    exports io.vanth.dataplane.userspace.route;
    exports io.vanth.dataplane.userspace.tun;

    provides io.vanth.dataplane.spi.DataPlaneProvider
            with
            io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
}
