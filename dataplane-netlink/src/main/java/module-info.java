/// The Linux kernel by netlink.
module io.vanth.dataplane.netlink {
    requires transitive io.vanth.dataplane;
}
