package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Opens the sockets of a daemon on a local address, the shared one at the data plane where that owns it.
///
/// @param plane the data plane, once it is open
/// @param lost  counts datagrams that nobody took
record PortOpener(Configuration configuration, IkeVerticle verticle, Supplier<DataPlane> plane, AtomicLong lost)
        implements
            Sockets.Opener {
    @Override
    public Sockets.Opened open(InetAddress local) throws StartException {
        Ports ports = configuration.ports();
        boolean shared = plane.get().capabilities().ownsNatTraversalPort();
        UdpPort ike = open(new InetSocketAddress(local, ports.ike()), shared ? KernelUse.NONE : KernelUse.IKE,
                verticle::receive);
        InetSocketAddress both = new InetSocketAddress(local, ports.natTraversal());
        try {
            return new Sockets.Ports(ike, shared
                    ? Answers.await(plane.get().openNatTraversalPort(both))
                    : new EncapsulatedPort(
                            open(both, KernelUse.IKE_AND_ESP, EncapsulatedPort.unmarked(verticle::receive))));
        } catch (StartException refused) {
            ike.close();
            throw refused;
        }
    }

    private UdpPort open(InetSocketAddress local, KernelUse kernel, BiConsumer<Path, Bytes> receiver)
            throws StartException {
        return UdpPort.open(verticle.loop().nettyEventLoop(), SocketTransport.isNative(),
                new UdpPort.Where(local, configuration.device(), kernel), receiver, lost);
    }
}
