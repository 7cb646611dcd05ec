package io.vanth.ike.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine, or network namespace, of this process.
public final class ThisMachine implements Machine {
    private static final Logger LOG = LoggerFactory.getLogger(ThisMachine.class);
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final int ANY_PORT = 500;

    /// The JDK cannot bind to a device: the way to a peer is that for any.
    @Override
    public Machine through(String device) {
        return this;
    }

    @Override
    public Optional<String> alias(String name) {
        try {
            return Optional.of(Files.readString(INTERFACES.resolve(name).resolve("ifalias")).strip());
        } catch (IOException none) {
            LOG.debug("no interface {}", name, none);
            return Optional.empty();
        }
    }

    @Override
    public List<OwnInterface> interfaces() {
        List<OwnInterface> found = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                found.add(new OwnInterface(each.getName(), isUp(each), addresses(each)));
            }
            return found;
        } catch (SocketException refused) {
            throw new UncheckedIOException("the interfaces of this machine cannot be read", refused);
        }
    }

    /// It may have gone since the list was read.
    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }

    /// The JDK has IPv4 addresses the other way round, and puts the interface into IPv6 ones.
    private static List<InetAddress> addresses(NetworkInterface of) {
        List<InetAddress> all = of.inetAddresses().toList();
        List<InetAddress> ordered = new ArrayList<>(
                all.reversed().stream().filter(Inet4Address.class::isInstance).toList());
        all.stream().filter(Inet6Address.class::isInstance).map(ThisMachine::withoutScope).forEach(ordered::add);
        return ordered;
    }

    /// The address as it is written; only a link-local one means nothing without its interface.
    public static InetAddress withoutScope(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 || address.isLinkLocalAddress() ? address : InetAddress.ofLiteral(text.substring(0, scope));
    }

    /// Connecting a UDP socket sends nothing, but makes the kernel choose the source address.
    @Override
    public Optional<InetAddress> towards(InetAddress peer) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(peer, ANY_PORT));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? Optional.empty() : Optional.of(withoutScope(local));
        } catch (UncheckedIOException | SocketException noRoute) {
            return Optional.empty();
        }
    }
}
