package io.vanth.dataplane;

import java.net.InetAddress;
import java.util.Optional;

/// One step of the protection that a policy wants, as a template of the kernel's policies.
///
/// @param peer     the outer destination of tunnel mode, where it is known before there is an SA
/// @param required whether packets wait for an SA; else they pass without this layer while there is none
public record Layer(SecurityProtocol protocol, Mode mode, Optional<InetAddress> peer, boolean required) {
    /// A layer that packets never pass without.
    public static Layer required(SecurityProtocol protocol, Mode mode) {
        return new Layer(protocol, mode, Optional.empty(), true);
    }
}
