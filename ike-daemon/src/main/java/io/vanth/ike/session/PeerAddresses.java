package io.vanth.ike.session;

import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.PeerHost;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The addresses of a peer, which are tried in turn. Names are resolved for each attempt, and from time to time for those
/// who call us; how long an answer holds is the resolver's affair.
final class PeerAddresses {
    private static final Duration REFRESH = Duration.ofMinutes(1);

    private final EngineContext context;
    private final Connection connection;
    private final Map<String, List<InetAddress>> resolved = new HashMap<>();
    private final Map<String, Integer> answered = new HashMap<>();
    private int questions;
    private int host;
    /// What of the name's addresses had its turn. Resolvers give them in another order each time.
    private final Set<InetAddress> tried = new HashSet<>();
    private Optional<InetAddress> chosen = Optional.empty();
    private Optional<TimerQueue.Timer> refresh = Optional.empty();

    PeerAddresses(EngineContext context, Connection connection) {
        this.context = context;
        this.connection = connection;
    }

    /// Whether the peer may have any address.
    boolean any() {
        return connection.remoteHosts().isEmpty();
    }

    /// Whether there is another address to try when one does not answer.
    boolean several() {
        return connection.remoteHosts().stream().mapToInt(each -> switch (each) {
            case PeerHost.Address _ -> 1;
            case PeerHost.Name(var name) -> Math.max(1, resolved.getOrDefault(name, List.of()).size());
        }).sum() > 1;
    }

    /// Whether the peer may have this one.
    boolean include(InetAddress candidate) {
        return any() || connection.remoteHosts().stream().anyMatch(each -> switch (each) {
            case PeerHost.Address(var literal) -> literal.equals(candidate);
            case PeerHost.Name(var name) -> resolved.getOrDefault(name, List.of()).contains(candidate);
        });
    }

    /// Learns what the names mean, now and from time to time.
    void start() {
        List<String> names = connection.remoteHosts().stream().filter(PeerHost.Name.class::isInstance)
                .map(each -> ((PeerHost.Name) each).name()).toList();
        if (!names.isEmpty()) {
            names.forEach(name -> resolve(name, _ -> {}));
            refresh = Optional.of(context.after(REFRESH, this::start));
        }
    }

    void stop() {
        refresh.ifPresent(TimerQueue.Timer::cancel);
        refresh = Optional.empty();
    }

    /// Finds the address whose turn it is; there must be one.
    void choose(Consumer<InetAddress> found, Consumer<Failure> failed) {
        switch (connection.remoteHosts().get(host)) {
            case PeerHost.Address(var literal) -> found.accept(literal);
            case PeerHost.Name(var name) -> resolve(name, reason -> {
                List<InetAddress> usable = resolved.getOrDefault(name, List.of());
                if (usable.isEmpty()) {
                    failed.accept(new Failure.Unresolved(name, reason));
                } else {
                    chosen = usable.stream().filter(each -> !tried.contains(each)).findFirst()
                            .or(() -> usable.stream().findFirst());
                    found.accept(chosen.orElseThrow());
                }
            });
        }
    }

    /// The one whose turn it was did not serve.
    void advance() {
        if (any()) {
            return;
        }
        chosen.ifPresent(tried::add);
        boolean more = connection.remoteHosts().get(host) instanceof PeerHost.Name(var name)
                && !tried.containsAll(resolved.getOrDefault(name, List.of()));
        if (!more) {
            tried.clear();
            host = (host + 1) % connection.remoteHosts().size();
        }
        chosen = Optional.empty();
    }

    /// What was known before stays when the resolver fails, and what was asked later counts when answers cross.
    private void resolve(String name, Consumer<String> done) {
        int question = ++questions;
        context.ask(ticket -> new Effect.Resolve(ticket, name), event -> done.accept(switch (event) {
            case Event.Resolved(_, var addresses) -> learn(name, question, addresses);
            case Event.Unresolved(_, var reason) -> reason;
            default -> throw new IllegalStateException("no answer about a name: " + event);
        }));
    }

    private String learn(String name, int question, List<InetAddress> addresses) {
        if (answered.getOrDefault(name, 0) > question) {
            return "";
        }
        answered.put(name, question);
        List<InetAddress> usable = addresses.stream()
                .filter(each -> each instanceof Inet6Address == connection.local().ipv6()).toList();
        resolved.put(name, usable);
        return usable.isEmpty() ? "none of its addresses is of the family of ours" : "";
    }

    @Override
    public String toString() {
        return any() ? "any" : connection.remoteHosts().get(host).toString();
    }
}
