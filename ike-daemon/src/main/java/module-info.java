/// The IKEv1 daemon: the protocol as a pure core, and the shell that gives it sockets, clocks, files and a data plane.
module io.vanth.ike {
    requires transitive io.vanth.dataplane;
    requires io.vanth.dataplane.userspace;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pkix;
    requires java.naming;
    requires java.net.http;
    requires io.vertx.core;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires com.networknt.schema;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires info.picocli;
    requires org.slf4j;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires java.management;
    requires jdk.management;
    requires jdk.unsupported;

    uses io.vanth.dataplane.spi.DataPlaneProvider;

    provides io.netty.bootstrap.ChannelInitializerExtension with io.vanth.ike.runtime.ListenerLimits;
    provides ch.qos.logback.classic.spi.Configurator with io.vanth.ike.log.LogSetup;

    exports io.vanth.ike.wire;

    opens io.vanth.ike.cli to info.picocli;
}
