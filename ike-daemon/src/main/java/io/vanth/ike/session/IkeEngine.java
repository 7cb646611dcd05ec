package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.PhaseOneResult;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.policy.Uniqueness;
import io.vanth.ike.wire.Cookie;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The protocol core: events in, effects out. Single-threaded, without input or output, clock or randomness of its own.
public final class IkeEngine {
    private final EngineContext context;
    private final Map<String, ConnectionControl> connections = new LinkedHashMap<>();
    private final SessionTable table;
    private final Receiver receiver;
    private final Reconfiguration reconfiguration;

    /// An engine for `connections`; nothing happens before [#start(Instant)].
    public IkeEngine(List<Connection> connections, SecureRandom random) {
        this.context = new EngineContext(random);
        this.table = new SessionTable(context);
        this.receiver = new Receiver(context, table, this.connections.values());
        this.reconfiguration = new Reconfiguration(this.connections, table,
                each -> new ConnectionControl(context, new Starter(), each));
        for (Connection connection : connections) {
            this.connections.put(connection.name(), new ConnectionControl(context, new Starter(), connection));
        }
    }

    /// Begins with the tunnels that are to be always up.
    public Step start(Instant now) {
        context.advance(now);
        connections.values().forEach(ConnectionControl::start);
        return context.finish();
    }

    /// Takes one event.
    public Step step(Event event, Instant now) {
        context.advance(now);
        context.timers().run(now);
        switch (event) {
            case Event.Datagram(var path, var bytes) -> receiver.receive(path, bytes);
            case Event.Computed computed -> context.answer(computed.ticket(), computed);
            case Event.SpiAllocated allocated -> context.answer(allocated.ticket(), allocated);
            case Event.SaInstalled installed -> context.answer(installed.ticket(), installed);
            case Event.DataPlaneRefused refused -> context.answer(refused.ticket(), refused);
            case Event.TrafficSeen seen -> context.answer(seen.ticket(), seen);
            case Event.Resolved resolved -> context.answer(resolved.ticket(), resolved);
            case Event.Unresolved unresolved -> context.answer(unresolved.ticket(), unresolved);
            case Event.LocalAddress(var host, var own) -> {
                reconfiguration.located(host, own);
                connections.values().stream().filter(each -> each.connection().local().equals(host))
                        .forEach(each -> each.relocate(own));
            }
            case Event.FromDataPlane(var reported) -> dataPlane(reported);
            case Event.DeadlineReached() -> {
                // The timers have run already.
            }
            case Event.Up(var name) -> command(name, this::upAll, ConnectionControl::want);
            case Event.Down(var name, var hold) -> command(name, each -> each.down(hold),
                    (connection, tunnel) -> connection.down(tunnel, hold));
            case Event.Rekey(var name) -> command(name, this::rekeyAll, ConnectionControl::renew);
            case Event.Configured(var next) -> reconfiguration.become(next);
            case Event.Shutdown() -> {
                receiver.stop();
                connections.values().forEach(ConnectionControl::stop);
            }
        }
        return context.finish();
    }

    /// The connections between the same two identities: INITIAL-CONTACT is about all of them (RFC 2407 section 4.6.3.3).
    private Stream<ConnectionControl> samePeer(Connection connection) {
        return connections.values().stream().filter(each -> each.connection().samePeer(connection));
    }

    private void upAll(ConnectionControl connection) {
        connection.tunnels().forEach(connection::want);
    }

    private void rekeyAll(ConnectionControl connection) {
        connection.tunnels().forEach(connection::renew);
    }

    /// What the operator has asked for may be gone by the time that it is done: the configuration changes beside.
    private void command(String name, Consumer<ConnectionControl> all,
            BiConsumer<ConnectionControl, TunnelControl> one) {
        if (!knows(name)) {
            context.tell(new Report.Note(new Report.Subject(Optional.of(name), Optional.empty(), "", "operator", 0),
                    "it is not configured any more, so nothing is done"));
            return;
        }
        int slash = name.indexOf('/');
        ConnectionControl connection = connections.get(slash < 0 ? name : name.substring(0, slash));
        if (slash < 0) {
            all.accept(connection);
        } else {
            one.accept(connection, connection.tunnel(name.substring(slash + 1)).orElseThrow());
        }
    }

    private void dataPlane(DataPlaneEvent event) {
        switch (event) {
            case DataPlaneEvent.Acquire acquire -> owner(acquire.group(), ConnectionControl::acquire);
            case DataPlaneEvent.Expired(SaId id, SaGroup group, boolean hard) ->
                owner(group, (connection, _) -> connection.expired(id, hard));
            case DataPlaneEvent.MappingChanged changed ->
                owner(changed.group(), (connection, tunnel) -> connection.moved(tunnel, changed.now()));
            case DataPlaneEvent.RoutedBack(SaGroup group, String device, InetAddress peer) ->
                owner(group, (connection, tunnel) -> connection.routedBack(tunnel,
                        new Failure.RoutedBack(device, peer.getHostAddress())));
            case DataPlaneEvent.InvalidSpi invalid -> {
                context.tell(new Report.Note(
                        new Report.Subject(Optional.empty(), Optional.empty(), invalid.source().toString(), "esp", 0),
                        "ESP with an SPI that no SA has: 0x%08x".formatted(invalid.spi())));
                connections.values().forEach(each -> each.unknownSpi(invalid.source().getAddress(), invalid.spi()));
            }
            case DataPlaneEvent.IkeDatagram _ ->
                throw new IllegalArgumentException("an IKE datagram comes as Event.Datagram");
            case DataPlaneEvent.Failed _ -> {
                // The daemon ends itself; nothing can be negotiated for a dead data plane.
            }
        }
    }

    private void owner(SaGroup group, BiConsumer<ConnectionControl, TunnelControl> action) {
        for (ConnectionControl connection : connections.values()) {
            connection.find(group).ifPresent(tunnel -> action.accept(connection, tunnel));
        }
    }

    /// What there is.
    public EngineStatus status(Instant now) {
        return new EngineStatus(connections.values().stream().map(ConnectionControl::status).toList(),
                table.halfOpenCount(), table.established().size());
    }

    /// Who seems to have sent a datagram. It costs little, for what comes from anybody.
    public Sender sender(Event.Datagram datagram) {
        if (Cookie.pair(datagram.bytes()).stream().anyMatch(table::knows)) {
            return Sender.SESSION;
        }
        return connections.values().stream().anyMatch(each -> each.expects(datagram.path()))
                ? Sender.PEER
                : Sender.OTHER;
    }

    /// How much is to be done later: no peer must make that grow.
    int awaited() {
        return context.timers().size();
    }

    /// The ISAKMP SAs, with their keys: what an observer of the wire needs.
    List<IsakmpSa> sessions() {
        return table.established();
    }

    /// What there is to explain about a connection, or about one tunnel of it (`connection/tunnel`); empty when it is not
    /// configured.
    public Optional<Diagnosis> diagnose(String name) {
        if (!knows(name)) {
            return Optional.empty();
        }
        int slash = name.indexOf('/');
        ConnectionControl connection = connections.get(slash < 0 ? name : name.substring(0, slash));
        Optional<String> tunnel = slash < 0 ? Optional.empty() : Optional.of(name.substring(slash + 1));
        return Optional.of(receiver.withStrangers(connection.diagnose(tunnel), connection));
    }

    /// Whether a connection, or a tunnel of it (`connection/tunnel`), is configured.
    public boolean knows(String name) {
        int slash = name.indexOf('/');
        ConnectionControl connection = connections.get(slash < 0 ? name : name.substring(0, slash));
        return connection != null && (slash < 0 || connection.tunnel(name.substring(slash + 1)).isPresent());
    }

    /// Begins phase 1 for a connection, and forgets what is over.
    private final class Starter implements ConnectionSessions.Starter, PhaseOneNegotiation.Listener {
        @Override
        public PhaseOneNegotiation initiate(Connection connection, Path path, Retransmission retransmission) {
            Cookie own = receiver.newCookie();
            var negotiation = PhaseOneNegotiation.initiator(context, this, connection, own, path,
                    retransmission);
            table.add(negotiation);
            negotiation.initiate(() -> connection.uniqueness() != Uniqueness.NEVER
                    && samePeer(connection).noneMatch(ConnectionControl::hasSas));
            return negotiation;
        }

        @Override
        public void forget(IsakmpSa sa) {
            table.remove(sa);
        }

        @Override
        public void forget(PhaseOneNegotiation negotiation) {
            table.remove(negotiation);
        }

        @Override
        public void established(PhaseOneNegotiation negotiation, PhaseOneResult result) {
            receiver.outcomes().established(negotiation, result);
        }

        @Override
        public void failed(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
            receiver.outcomes().failed(negotiation, failure, answer);
        }

        @Override
        public void suspects(PhaseOneNegotiation negotiation, Failure failure, Optional<Integer> answer) {
            receiver.outcomes().suspects(negotiation, failure, answer);
        }
    }
}
