package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityAssociation;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Effect;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// Two engines with a wire between them, in virtual time: a datagram takes 10 ms, and may be lost.
final class Pair {
    static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
    static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");
    private static final int HEADERS = 28;
    private static final Duration LATENCY = Duration.ofMillis(10);

    private final PriorityQueue<Arrival> wire = new PriorityQueue<>();
    private final Map<InetAddress, Host> hosts = new LinkedHashMap<>();
    private final Map<InetAddress, Host> aliases = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long sequence;
    private Predicate<Bytes> lost = _ -> false;
    private Function<Bytes, List<Bytes>> tamper = List::of;
    private Supplier<Duration> latency = () -> LATENCY;
    private int duplicates = 1;
    private Network network = (_, bytes) -> lost.test(bytes)
            ? List.of()
            : Stream.generate(() -> latency.get()).limit(duplicates).toList();
    private int mtu = Integer.MAX_VALUE;
    private Translation translation = Translation.NONE;
    private Observer observer = new Observer() {};
    private final List<Recorded> recorded = new ArrayList<>();

    /// What becomes of a datagram: how long each copy of it takes; none when it is lost.
    interface Network {
        List<Duration> copies(Host from, Bytes datagram);
    }

    /// Sees what happens, in its order.
    interface Observer {
        default void sent(Host from, Path path, Bytes datagram, boolean lost) {}

        default void told(Host host, Report report) {}
    }

    /// A datagram that was sent, as its receiver sees it.
    record Recorded(InetAddress to, Event.Datagram datagram) {}

    private record Arrival(Instant at, long sequence, InetAddress to, Event event) implements Comparable<Arrival> {
        @Override
        public int compareTo(Arrival other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /// One engine with a data plane that only remembers.
    final class Host {
        final InetAddress address;
        IkeEngine engine;
        final SecureRandom random;
        final Map<SaId, SecurityAssociation> installed = new LinkedHashMap<>();
        final Map<SaId, TrafficCounters> counters = new HashMap<>();
        final Map<SaId, Bytes> keys = new HashMap<>();
        final Set<SaId> reserved = new HashSet<>();
        final Set<Long> openTickets = new HashSet<>();
        private final Set<SaId> refused = new HashSet<>();
        /// Which effects the data plane refuses.
        Predicate<Effect> refuses = _ -> false;
        int keepalives;
        /// What its resolver knows.
        final Map<String, List<InetAddress>> names = new HashMap<>();
        /// How long it takes to answer.
        Duration lookup = Duration.ZERO;
        final List<Report> reports = new ArrayList<>();
        final List<Bytes> sent = new ArrayList<>();
        Optional<Instant> deadline = Optional.empty();
        boolean dead;
        private int nextSpi;

        Host(InetAddress address, List<Connection> connections, long seed) {
            this.address = address;
            this.random = seeded(seed);
            this.nextSpi = 0x1000 * (int) seed;
            this.engine = new IkeEngine(connections, random);
        }

        void event(Event event) {
            closeTicket(event);
            take(engine.step(event, now));
        }

        private void closeTicket(Event event) {
            switch (event) {
                case Event.Computed computed -> openTickets.remove(computed.ticket());
                case Event.SpiAllocated allocated -> openTickets.remove(allocated.ticket());
                case Event.SaInstalled installed -> openTickets.remove(installed.ticket());
                case Event.DataPlaneRefused refused -> openTickets.remove(refused.ticket());
                case Event.TrafficSeen seen -> openTickets.remove(seen.ticket());
                case Event.Resolved resolved -> openTickets.remove(resolved.ticket());
                case Event.Unresolved unresolved -> openTickets.remove(unresolved.ticket());
                default -> {
                }
            }
        }

        void start() {
            take(engine.start(now));
        }

        EngineStatus.ConnectionStatus status() {
            return engine.status(now).connections().getFirst();
        }

        <R extends Report> List<R> reports(Class<R> kind) {
            return reports.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        private void take(Step step) {
            deadline = step.deadline();
            step.effects().forEach(this::perform);
        }

        /// The outbound SA that was installed last: the one that new packets take.
        Optional<SaId> sendsOn() {
            return installed.values().stream().filter(each -> each.direction() == Direction.OUTBOUND)
                    .map(SecurityAssociation::id).reduce((_, later) -> later);
        }

        /// The inbound SA with an SPI: through a NAT, the ends know it by different addresses.
        Optional<SaId> inbound(Spi spi) {
            return installed.values().stream()
                    .filter(each -> each.direction() == Direction.INBOUND && each.id().spi().equals(spi))
                    .map(SecurityAssociation::id).findFirst();
        }

        private void perform(Effect effect) {
            switch (effect) {
                case Effect.Send(var path, var bytes) -> send(path, bytes);
                case Effect.SendKeepalive _ -> keepalives++;
                case Effect.Compute(var ticket, var computation) ->
                    answer(ticket, new Event.Computed(ticket, computation.perform(random)));
                case Effect.AllocateSpi allocate when refuses.test(allocate) -> refuse(allocate.ticket());
                case Effect.AllocateSpi(var ticket, var protocol, var destination) -> {
                    var spi = new Spi(nextSpi++);
                    reserved.add(new SaId(protocol, destination, spi));
                    answer(ticket, new Event.SpiAllocated(ticket, spi));
                }
                case Effect.ReleaseSpi(var id) -> assertTrue(reserved.remove(id), "not reserved: " + id);
                case Effect.InstallSa install when refuses.test(install) -> {
                    close(install.association());
                    refused.add(install.association().id());
                    refuse(install.ticket());
                }
                case Effect.InstallSa(var ticket, var sa) -> {
                    keys.put(sa.id(), sa.cipherKey().expose(Bytes::of));
                    close(sa);
                    assertNull(installed.put(sa.id(), sa), "installed twice: " + sa.id());
                    answer(ticket, new Event.SaInstalled(ticket));
                }
                case Effect.RemoveSa(var id) -> {
                    assertTrue(installed.remove(id) != null || refused.remove(id), "not installed: " + id);
                    reserved.remove(id);
                }
                case Effect.MovePeer _ -> {
                }
                case Effect.QueryTraffic query when refuses.test(query) -> refuse(query.ticket());
                case Effect.QueryTraffic(var ticket, var ids) -> {
                    var seen = new HashMap<SaId, TrafficCounters>();
                    ids.forEach(id -> seen.put(id, counters.getOrDefault(id, TrafficCounters.ZERO)));
                    answer(ticket, new Event.TrafficSeen(ticket, seen));
                }
                case Effect.Resolve(var ticket, var name) -> {
                    openTickets.add(ticket);
                    later(lookup, names.containsKey(name)
                            ? new Event.Resolved(ticket, names.get(name))
                            : new Event.Unresolved(ticket, "unknown name"));
                }
                case Effect.Tell(var report) -> {
                    reports.add(report);
                    observer.told(this, report);
                }
            }
        }

        private void close(SecurityAssociation association) {
            association.cipherKey().close();
            association.integrityKey().close();
        }

        private void refuse(long ticket) {
            answer(ticket, new Event.DataPlaneRefused(ticket, "refused by the test"));
        }

        private void answer(long ticket, Event event) {
            openTickets.add(ticket);
            later(Duration.ZERO, event);
        }

        /// Nothing is left: no SA, no SPI, no question without an answer, no timer.
        void assertEmpty() {
            assertEquals(Set.of(), installed.keySet());
            assertEquals(Set.of(), reserved);
            assertEquals(Set.of(), openTickets);
            assertEquals(Optional.empty(), deadline);
        }

        private void later(Duration delay, Event event) {
            wire.add(new Arrival(now.plus(delay), sequence++, address, event));
        }

        private void send(Path path, Bytes bytes) {
            sent.add(bytes);
            List<Duration> copies = bytes.length() + HEADERS > mtu ? List.of() : network.copies(this, bytes);
            observer.sent(this, path, bytes, copies.isEmpty());
            if (copies.isEmpty()) {
                return;
            }
            Optional<Path> reached = translation.arrives(path);
            if (reached.isEmpty()) {
                return;
            }
            Path arrived = reached.get();
            InetAddress to = arrived.local().getAddress();
            recorded.add(new Recorded(to, new Event.Datagram(arrived, bytes)));
            for (Bytes each : tamper.apply(bytes)) {
                for (Duration time : copies) {
                    wire.add(new Arrival(now.plus(time), sequence++, to,
                            new Event.Datagram(arrived, each)));
                }
            }
        }
    }

    Pair(Connection a, Connection b) {
        this(List.of(a), List.of(b));
    }

    Pair(List<Connection> a, List<Connection> b) {
        hosts.put(A, new Host(A, a, 1));
        hosts.put(B, new Host(B, b, 2));
    }

    Host a() {
        return hosts.get(A);
    }

    Host b() {
        return hosts.get(B);
    }

    Instant now() {
        return now;
    }

    /// Loses the datagrams that match.
    void lose(Predicate<Bytes> which) {
        lost = which;
    }

    /// Delivers in place of a datagram what `how` makes of it.
    void tamper(Function<Bytes, List<Bytes>> how) {
        tamper = how;
    }

    /// How long each datagram takes.
    void delay(Supplier<Duration> time) {
        latency = time;
    }

    /// Loses what is larger with its IPv4 and UDP headers.
    void mtu(int bytes) {
        mtu = bytes;
    }

    /// Puts routers that translate addresses between the hosts.
    void translate(Translation by) {
        translation = by;
    }

    /// Decides about every datagram in place of [#lose], [#delay] and [#copies].
    void network(Network by) {
        network = by;
    }

    void observe(Observer by) {
        observer = by;
    }

    /// Everything that was sent so far.
    List<Recorded> recorded() {
        return List.copyOf(recorded);
    }

    /// Forgets what was recorded, so that long runs need no memory for it.
    void forget() {
        recorded.clear();
        hosts.values().forEach(host -> {
            host.sent.clear();
            host.reports.clear();
            host.keys.keySet().retainAll(host.installed.keySet());
        });
    }

    /// One more host on the same network.
    Host add(InetAddress address, Connection connection) {
        var host = new Host(address, List.of(connection), hosts.size() + 1);
        hosts.put(address, host);
        return host;
    }

    /// Gives a host one more address.
    void alias(InetAddress address, Host host) {
        aliases.put(address, host);
    }

    /// Keeps no more of what was sent.
    void clearRecorded() {
        recorded.clear();
    }

    Host host(InetAddress address) {
        return hosts.get(address);
    }

    /// Each side sends a packet through its tunnel; the other reports one that it has no SA for.
    void traffic() {
        for (Host sender : hosts.values()) {
            Host receiver = sender == a() ? b() : a();
            sender.sendsOn()
                    .filter(outbound -> !receiver.installed.containsKey(outbound))
                    .ifPresent(outbound -> receiver.event(new Event.FromDataPlane(
                            new DataPlaneEvent.InvalidSpi(SecurityProtocol.ESP,
                                    new InetSocketAddress(sender.address, 4500), receiver.address,
                                    outbound.spi().value()))));
        }
    }

    /// Both sides have the tunnel up, and what one sends on now the other receives with the same key.
    void assertConnected() {
        for (Host sender : hosts.values()) {
            Host receiver = sender == a() ? b() : a();
            var child = sender.status().tunnels().getFirst().child();
            assertTrue(child.isPresent(), () -> "down at " + sender.address + ": " + sender.status());
            SaId outbound = sender.sendsOn().orElseThrow();
            assertTrue(receiver.installed.containsKey(outbound), "the peer does not have " + outbound);
            assertEquals(sender.keys.get(outbound), receiver.keys.get(outbound));
        }
    }

    /// Delivers each datagram so often.
    void copies(int count) {
        duplicates = count;
    }

    /// A host forgets everything, as after kill -9.
    void restart(Host host, Connection connection) {
        restart(host, List.of(connection));
    }

    void restart(Host host, List<Connection> connections) {
        host.engine = new IkeEngine(connections, host.random);
        host.installed.clear();
        host.reserved.clear();
        host.openTickets.clear();
        host.deadline = Optional.empty();
        wire.removeIf(each -> each.to().equals(host.address));
        host.dead = false;
    }

    /// Lets time pass, with everything that happens in it.
    void advance(Duration time) {
        Instant until = now.plus(time);
        while (true) {
            Optional<Instant> next = next();
            if (next.isEmpty() || next.get().isAfter(until)) {
                now = until;
                return;
            }
            now = next.get().isAfter(now) ? next.get() : now;
            happen();
        }
    }

    private Optional<Instant> next() {
        Optional<Instant> next = wire.isEmpty() ? Optional.empty() : Optional.of(wire.peek().at());
        for (Host host : hosts.values()) {
            if (!host.dead && host.deadline.isPresent()
                    && (next.isEmpty() || host.deadline.get().isBefore(next.get()))) {
                next = host.deadline;
            }
        }
        return next;
    }

    private void happen() {
        if (!wire.isEmpty() && !wire.peek().at().isAfter(now)) {
            Arrival arrival = wire.poll();
            Host host = hosts.getOrDefault(arrival.to(), aliases.get(arrival.to()));
            if (host != null && !host.dead) {
                host.event(arrival.event());
            }
            return;
        }
        for (Host host : hosts.values()) {
            if (!host.dead && host.deadline.filter(at -> !at.isAfter(now)).isPresent()) {
                host.event(new Event.DeadlineReached());
            }
        }
    }

    /// The connection of one end as most tests want it.
    static Connection connection(InetAddress local, InetAddress remote, StartMode start) {
        boolean first = local.equals(A);
        var net1 = TrafficSelector.of(AddressRange.parse("10.1.0.0/24"));
        var net2 = TrafficSelector.of(AddressRange.parse("10.2.0.0/24"));
        var tunnel = new Tunnel("lan", new SaGroup(1),
                first ? new TrafficPair(net1, net2) : new TrafficPair(net2, net1),
                List.of(ProposalNames.parseEsp("aes128gcm16")), Duration.ofHours(1), start);
        return ConnectionDraft.change(
                ConnectionDraft.plain("site", local, remote, psk("correct horse battery staple")),
                draft -> draft.tunnels = List.of(tunnel));
    }

    static Secret psk(String text) {
        return Secret.owning(text.getBytes(StandardCharsets.UTF_8));
    }

    static Connection with(Connection of, Secret psk, String ike, Encapsulation encapsulation) {
        return ConnectionDraft.change(of, draft -> {
            draft.authentication = new Authentication.PreShared(psk);
            draft.proposals = List.of(ProposalNames.parseIke(ike));
            draft.encapsulation = encapsulation;
        });
    }

    static Connection with(Connection of, UnaryOperator<Tunnel> change) {
        return ConnectionDraft.change(of, draft -> draft.tunnels = draft.tunnels.stream().map(change).toList());
    }

    private static SecureRandom seeded(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
