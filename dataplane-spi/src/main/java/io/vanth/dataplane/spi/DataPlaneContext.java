package io.vanth.dataplane.spi;

import io.vanth.dataplane.DataPlaneEvent;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// What a data plane gets from its daemon.
///
/// @param interfaceName the network interface it makes, where it makes one
/// @param mtu           of that interface, in bytes
/// @param routes        whether it installs routes and leak protection for its policies
/// @param open          whether closing also lifts the leak protection
/// @param events        called on threads of the data plane; returns at once
/// @param clock         for lifetimes and time stamps
/// @param random        for SPIs and IVs
/// @param device        the network interface or VRF that its sockets are bound to, or empty; a data plane that cannot do
///                      this refuses to open
public record DataPlaneContext(String interfaceName, int mtu, boolean routes, boolean open,
        Consumer<DataPlaneEvent> events, InstantSource clock, SecureRandom random,
        Optional<String> device) {
    /// Without a device.
    public DataPlaneContext(String interfaceName, int mtu, boolean routes, boolean open,
            Consumer<DataPlaneEvent> events, InstantSource clock, SecureRandom random) {
        this(interfaceName, mtu, routes, open, events, clock, random, Optional.empty());
    }
}
