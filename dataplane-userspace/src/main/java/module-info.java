/// A data plane in Java: ESP between a TUN device and UDP.
module io.vanth.dataplane.userspace {
    requires transitive io.vanth.dataplane;
    requires io.vanth.dataplane.netlink;
    requires org.slf4j;
}
