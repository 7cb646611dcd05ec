/// The Linux kernel by netlink.
@SuppressWarnings("module") // the engine's module is built after this one
module io.vanth.dataplane.netlink {
    requires transitive io.vanth.dataplane;
    requires org.slf4j;

    exports io.vanth.dataplane.netlink.linux to io.vanth.dataplane.userspace;
    exports io.vanth.dataplane.netlink.message to io.vanth.dataplane.userspace;
    exports io.vanth.dataplane.netlink.nftables to io.vanth.dataplane.userspace;
    exports io.vanth.dataplane.netlink.route to io.vanth.dataplane.userspace;

    provides io.vanth.dataplane.spi.DataPlaneProvider
            with
            io.vanth.dataplane.netlink.xfrm.XfrmDataPlaneProvider;
}
