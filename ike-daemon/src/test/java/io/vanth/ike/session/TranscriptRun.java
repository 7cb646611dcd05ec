package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.IsakmpHeader;
import io.vanth.ike.wire.MessageWriter;
import io.vanth.ike.wire.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Plays the commands of a transcript over a [Pair].
///
/// - `start`, `start b`: an end begins; after `kill b` it has forgotten everything
/// - `up a`, `down a/lan`, `hold a` (down, the peer refused too), `rekey a`, `shutdown a`: the operator; `acquire a`: a packet has no SA
/// - `advance 4s`
/// - `pass a->b 2`, `drop a->b`, `duplicate a->b`, `delay a->b 3s`, `tamper a->b` (a bit of the first payload flips),
///   `spoil a->b` (a bit of the last one): what becomes of the next datagram, or so many; each command is about those
///   behind the ones before it
/// - `cut a->b`, `mend a->b`: all from here on; `mtu 1400`: longer packets are lost
/// - `nat a 198.51.100.1`, `forward a 500`: an end is behind a router; `rebind`: routers forget their mappings
/// - `kill b`, `replay a->b`: everything that was delivered so far comes again
/// - `forge b->a N(INVALID-COOKIE)`, `forge b->a D(ISAKMP)`: an unprotected message with the right cookies
/// - `traffic a->b`: packets go through the tunnel
/// - `status`: prints what is there
final class TranscriptRun {
    /// A byte of the first payload's content.
    private static final int FIRST_PAYLOAD = IsakmpHeader.BYTES + 12;
    private static final Duration LATENCY = Duration.ofMillis(10);

    private final Map<String, Connection> connections = new HashMap<>();
    private final TranscriptLog log = new TranscriptLog();
    private final Map<String, Deque<Fate>> next = new HashMap<>();
    private final Set<String> cut = new HashSet<>();
    private final Set<Pair.Host> killed = new HashSet<>();
    private final Pair pair;
    private final Translation translation = new Translation();
    private UnaryOperator<Bytes> tamper = UnaryOperator.identity();

    /// What becomes of a datagram.
    private record Fate(List<Duration> copies, UnaryOperator<Bytes> change) {
        Fate(Duration... copies) {
            this(List.of(copies), UnaryOperator.identity());
        }
    }

    TranscriptRun(Transcript transcript) {
        connections.put("a", ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS),
                transcript.settings("a")));
        connections.put("b", ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE),
                transcript.settings("b")));
        pair = new Pair(connections.get("a"), connections.get("b"));
        pair.observe(log);
        pair.translate(translation);
        pair.network(this::network);
        pair.tamper(bytes -> List.of(tamper.apply(bytes)));
    }

    private static Bytes flip(Bytes bytes, int at) {
        byte[] changed = bytes.toArray();
        changed[at] ^= 1;
        return Bytes.owning(changed);
    }

    private List<Duration> network(Pair.Host from, Bytes datagram) {
        String direction = from == pair.a() ? "a->b" : "b->a";
        Fate fate = Optional.ofNullable(next.computeIfAbsent(direction, _ -> new ArrayDeque<>()).poll())
                .orElse(new Fate(LATENCY));
        tamper = fate.change;
        return cut.contains(direction) ? List.of() : fate.copies;
    }

    /// What follows from the commands.
    List<String> play(List<String> commands) {
        for (String command : commands) {
            if (!command.startsWith("#")) {
                List<String> words = Arrays.asList(command.split(" +"));
                perform(words.getFirst(), words.subList(1, words.size()));
            }
        }
        return log.take();
    }

    private void perform(String command, List<String> words) {
        switch (command) {
            case "start" -> (words.isEmpty() ? List.of("a", "b") : words).forEach(this::start);
            case "up" -> host(words.getFirst()).event(new Event.Up(target(words.getFirst())));
            case "down" -> host(words.getFirst()).event(new Event.Down(target(words.getFirst()), false));
            case "hold" -> host(words.getFirst()).event(new Event.Down(target(words.getFirst()), true));
            case "rekey" -> host(words.getFirst()).event(new Event.Rekey(target(words.getFirst())));
            case "shutdown" -> host(words.getFirst()).event(new Event.Shutdown());
            case "acquire" -> acquire(host(words.getFirst()));
            case "advance" -> pair.advance(ConnectionWords.duration(words.getFirst()));
            case "pass" -> fate(words, new Fate(LATENCY));
            case "drop" -> fate(words, new Fate());
            case "duplicate" -> fate(words, new Fate(LATENCY, LATENCY));
            case "tamper" -> fate(words, new Fate(List.of(LATENCY), bytes -> flip(bytes, FIRST_PAYLOAD)));
            case "spoil" -> fate(words, new Fate(List.of(LATENCY), bytes -> flip(bytes, bytes.length() - 1)));
            case "delay" -> fate(words.subList(0, 1), new Fate(ConnectionWords.duration(words.get(1))));
            case "cut" -> cut.add(words.getFirst());
            case "mend" -> cut.remove(words.getFirst());
            case "mtu" -> pair.mtu(Integer.parseInt(words.getFirst()));
            case "nat" -> translation.hide(host(words.getFirst()).address, InetAddress.ofLiteral(words.get(1)));
            case "forward" ->
                translation.forward(host(words.getFirst()).address, Integer.parseInt(words.get(1)));
            case "rebind" -> translation.forget();
            case "kill" -> kill(host(words.getFirst()));
            case "replay" -> replay(receiver(words.getFirst()));
            case "forge" -> forge(receiver(words.getFirst()), words.get(1));
            case "traffic" -> traffic(words.getFirst());
            case "status" -> List.of(pair.a(), pair.b()).forEach(this::status);
            default -> throw new IllegalArgumentException("no command is called " + command);
        }
    }

    private void start(String end) {
        Pair.Host host = host(end);
        if (killed.remove(host)) {
            pair.restart(host, connections.get(end));
        }
        host.start();
    }

    private void kill(Pair.Host host) {
        host.dead = true;
        killed.add(host);
    }

    private Pair.Host host(String end) {
        return end.startsWith("a") ? pair.a() : pair.b();
    }

    private Pair.Host receiver(String direction) {
        return host(direction.substring(direction.length() - 1));
    }

    /// `a/lan` is a tunnel of a's connection.
    private static String target(String end) {
        return "site" + end.substring(1);
    }

    private void fate(List<String> words, Fate fate) {
        int count = words.size() > 1 ? Integer.parseInt(words.get(1)) : 1;
        next.computeIfAbsent(words.getFirst(), _ -> new ArrayDeque<>()).addAll(Collections.nCopies(count, fate));
    }

    private void acquire(Pair.Host host) {
        host.event(new Event.FromDataPlane(new DataPlaneEvent.Acquire("site/lan",
                connections.get(TranscriptLog.name(host)).tunnels().getFirst().group(), Pair.A, Pair.B, 1)));
    }

    private void replay(Pair.Host to) {
        pair.recorded().stream().filter(each -> each.to().equals(to.address))
                .forEach(each -> to.event(each.datagram()));
    }

    private void forge(Pair.Host to, String payload) {
        Bytes last = pair.recorded().getLast().datagram().bytes();
        Bytes cookies = last.slice(0, 2 * Long.BYTES);
        var header = IsakmpHeader.of(new Cookie(last.longAt(0)), new Cookie(last.longAt(Long.BYTES)),
                ExchangeType.INFORMATIONAL.code(), 0, 7);
        to.event(new Event.Datagram(
                new Path(new InetSocketAddress(to.address, 500),
                        new InetSocketAddress(to == pair.a() ? Pair.B : Pair.A, 500), false),
                MessageWriter.write(header, List.of(forged(payload, to, cookies)))));
    }

    private static Payload forged(String name, Pair.Host to, Bytes cookies) {
        if (name.equals("D(ISAKMP)")) {
            return Payload.Delete.of(1, List.of(cookies));
        }
        if (name.equals("D(ESP)")) {
            return Payload.Delete.of(3, List.of(Bytes.ofInt(to.sendsOn().orElseThrow().spi().value())));
        }
        String type = name.substring("N(".length(), name.length() - 1);
        int code = Arrays.stream(NotifyType.values()).mapToInt(NotifyType::code)
                .filter(each -> NotifyType.nameOf(each).equals(type)).findFirst().orElseThrow();
        return Payload.Notification.of(1, Bytes.EMPTY, code, Bytes.EMPTY);
    }

    /// Ten packets on the SA that the sender uses now.
    private void traffic(String direction) {
        Pair.Host sender = host(direction);
        Pair.Host receiver = receiver(direction);
        sender.sendsOn().ifPresent(id -> {
            Optional<SaId> inbound = receiver.inbound(id.spi());
            count(sender, id);
            inbound.ifPresent(each -> count(receiver, each));
            log.say("%s: packets %s".formatted(TranscriptLog.name(receiver),
                    inbound.isPresent() ? "arrive" : "without an SA"));
            if (inbound.isEmpty()) {
                receiver.event(new Event.FromDataPlane(new DataPlaneEvent.InvalidSpi(id.protocol(),
                        new InetSocketAddress(sender.address, 4500), receiver.address, id.spi().value())));
            }
        });
    }

    private void count(Pair.Host host, SaId id) {
        long before = host.counters.getOrDefault(id, TrafficCounters.ZERO).packets();
        host.counters.put(id, new TrafficCounters(before + 10, 1000, 0, 0, 0, Optional.of(pair.now())));
    }

    private void status(Pair.Host host) {
        var status = host.status();
        var words = new ArrayList<String>();
        words.add("ISAKMP " + status.state().name().toLowerCase(Locale.ROOT));
        status.tunnels().forEach(each -> words.add("%s %s".formatted(each.name(),
                each.state().name().toLowerCase(Locale.ROOT))));
        words.add(host.installed.size() + " SAs");
        status.lastFailure().ifPresent(failure -> words.add("last failure: " + failure.reason()));
        log.say("%s: %s".formatted(TranscriptLog.name(host), String.join(", ", words)));
    }

    /// Both ends stop, and nothing is left of what was.
    void assertNothingLeft() {
        cut.clear();
        next.clear();
        for (Pair.Host host : List.of(pair.a(), pair.b())) {
            if (!host.dead) {
                host.event(new Event.Shutdown());
                pair.advance(Duration.ofSeconds(1));
            }
        }
        pair.advance(Duration.ofMinutes(10));
        for (Pair.Host host : List.of(pair.a(), pair.b())) {
            if (!host.dead) {
                host.assertEmpty();
            }
        }
    }
}
