package io.vanth.dataplane;

import java.net.InetAddress;
import java.util.Optional;

/// One step of the protection that a policy wants, as a template of the kernel's policies.
///
/// @param local    this host's end of tunnel mode, where only an SA from there will do
/// @param peer     the outer destination of tunnel mode, where it is known before there is an SA
/// @param required whether packets wait for an SA; else they pass without this layer while there is none
public record Layer(SecurityProtocol protocol, Mode mode, Optional<InetAddress> local, Optional<InetAddress> peer,
        boolean required) {
    /// Of a tunnel from any address of this host.
    public Layer(SecurityProtocol protocol, Mode mode, Optional<InetAddress> peer, boolean required) {
        this(protocol, mode, Optional.empty(), peer, required);
    }

    /// A layer that packets never pass without.
    public static Layer required(SecurityProtocol protocol, Mode mode) {
        return new Layer(protocol, mode, Optional.empty(), true);
    }
}
