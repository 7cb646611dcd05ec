package io.vanth.ike.config;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a configuration refers to outside of its file.
///
/// @param environment  the value of a variable, or empty
/// @param localTowards the local address whose route leads to a peer, or empty where there is none
/// @param dataPlanes   the names of the data planes that are there
public record Surroundings(Function<String, Optional<String>> environment,
        Function<InetAddress, Optional<InetAddress>> localTowards, Set<String> dataPlanes) {
    private static final int ANY_PORT = 500;

    public Surroundings {
        dataPlanes = Set.copyOf(dataPlanes);
    }

    /// This process on this host.
    public static Surroundings ofProcess(Set<String> dataPlanes) {
        return new Surroundings(name -> Optional.ofNullable(System.getenv(name)), Surroundings::routeTo, dataPlanes);
    }

    /// Connecting a UDP socket sends nothing, but makes the kernel choose the source address.
    private static Optional<InetAddress> routeTo(InetAddress peer) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(peer, ANY_PORT));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? Optional.empty() : Optional.of(local);
        } catch (UncheckedIOException | SocketException noRoute) {
            return Optional.empty();
        }
    }
}
