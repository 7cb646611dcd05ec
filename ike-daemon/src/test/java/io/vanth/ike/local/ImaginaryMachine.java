package io.vanth.ike.local;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A machine whose interfaces, addresses and routes a test arranges.
public final class ImaginaryMachine implements Machine {
    private final Map<String, OwnInterface> interfaces = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final Map<InetAddress, InetAddress> routes = new LinkedHashMap<>();

    /// Gives it an interface that is up, or other addresses to one that it has.
    public ImaginaryMachine with(String name, String... addresses) {
        interfaces.put(name, new OwnInterface(name, true, Stream.of(addresses).map(InetAddress::ofLiteral).toList()));
        return this;
    }

    /// Writes an alias to an interface.
    public ImaginaryMachine aliased(String name, String alias) {
        aliases.put(name, alias);
        return this;
    }

    @Override
    public Optional<String> alias(String name) {
        return find(name).map(_ -> aliases.getOrDefault(name, ""));
    }

    /// Takes an interface down, which keeps its addresses.
    public ImaginaryMachine down(String name) {
        interfaces.computeIfPresent(name, (_, before) -> new OwnInterface(name, false, before.addresses()));
        return this;
    }

    /// Takes an interface out.
    public ImaginaryMachine without(String name) {
        interfaces.remove(name);
        return this;
    }

    /// Gives it a route to `peer`, from one of its addresses.
    public ImaginaryMachine routing(String peer, String own) {
        routes.put(InetAddress.ofLiteral(peer), InetAddress.ofLiteral(own));
        return this;
    }

    /// Routes lead by any device that it has, and by no other.
    @Override
    public Machine through(String device) {
        if (find(device).isPresent()) {
            return this;
        }
        var other = new ImaginaryMachine();
        other.interfaces.putAll(interfaces);
        return other;
    }

    @Override
    public List<OwnInterface> interfaces() {
        return List.copyOf(interfaces.values());
    }

    @Override
    public Optional<InetAddress> towards(InetAddress peer) {
        return Optional.ofNullable(routes.get(peer));
    }
}
