/// What a data plane is: the types that an IKE daemon and a packet engine share. JDK types only.
module io.vanth.dataplane {
    exports io.vanth.dataplane;
    exports io.vanth.dataplane.spi;
}
