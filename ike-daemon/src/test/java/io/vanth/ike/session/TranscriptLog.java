package io.vanth.ike.session;

import io.vanth.ike.decode.Wiretap;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.exchange.Path;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.PayloadType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What happens between two engines, as lines of a transcript. Messages are named when a block ends, since the key of an
/// encrypted one may be known only then.
final class TranscriptLog implements Pair.Observer {
    private static final int EXCHANGE = 18;
    private static final int FLAGS = 19;
    private static final int ESP = 3;

    private final Wiretap wiretap = new Wiretap();
    private final Set<List<Object>> sentBefore = new HashSet<>();
    private final List<Supplier<String>> lines = new ArrayList<>();

    @Override
    public void sent(Pair.Host from, Path path, Bytes datagram, boolean lost) {
        learn(from);
        String verb = sentBefore.add(List.of(from.address, datagram)) ? "send" : "resend";
        String how = (path.natTraversal() ? " by " + path.remote().getPort() : "") + (lost ? ", lost" : "");
        lines.add(() -> "%s: %s %s%s".formatted(name(from), verb, message(datagram), how));
    }

    @Override
    public void told(Pair.Host host, Report report) {
        learn(host);
        line(report).ifPresent(line -> say(name(host) + ": " + line));
    }

    void say(String line) {
        lines.add(() -> line);
    }

    private void learn(Pair.Host host) {
        host.engine.sessions().stream().filter(sa -> !sa.closed())
                .forEach(sa -> wiretap.learn(sa.result().initiator(), sa.result().keys().cipherKey()));
    }

    /// The lines since the last call.
    List<String> take() {
        List<String> all = lines.stream().map(Supplier::get).toList();
        lines.clear();
        return all;
    }

    static String name(Pair.Host host) {
        return host.address.equals(Pair.A) ? "a" : "b";
    }

    private static Optional<String> line(Report report) {
        return switch (report) {
            case Report.Succeeded done -> Optional.of(words(done.mode().label()) + " done");
            case Report.Failed failed ->
                Optional.of("%s failed: %s".formatted(words(failed.mode().label()), failed.failure().label()));
            case Report.TunnelUp up -> Optional.of("tunnel %s %s".formatted(up.subject().tunnel().orElseThrow(),
                    up.rekeyed() ? "rekeyed" : "up"));
            case Report.TunnelDown down ->
                Optional.of("tunnel %s down: %s".formatted(down.subject().tunnel().orElseThrow(), down.reason()));
            case Report.SessionEnded ended -> Optional.of("ISAKMP SA ended: " + ended.reason());
            // One in the middle of an exchange is there as a payload.
            case Report.Notify received when !received.sent()
                    && received.subject().exchange().equals("informational") ->
                Optional.of("hear %s%s".formatted(received.type(),
                        received.authenticated() ? "" : " (not authenticated)"));
            case Report.DeadPeerDetection dpd when dpd.stage() == Report.DeadPeerDetection.Stage.TIMED_OUT ->
                Optional.of("the peer is dead");
            case Report.Dropped dropped -> Optional.of("drop: " + dropped.reason());
            // What was sent, and that it was sent again, is there as a message.
            default -> Optional.empty();
        };
    }

    private static String words(String label) {
        return label.replace('_', ' ');
    }

    private String message(Bytes datagram) {
        boolean encrypted = (datagram.at(FLAGS) & 1) != 0;
        return exchange(datagram.at(EXCHANGE)) + (encrypted ? "*" : "")
                + wiretap.read(datagram).map(TranscriptLog::payloads).orElse("[?]");
    }

    private static String exchange(int code) {
        String name = ExchangeType.nameOf(code);
        return Arrays.stream(name.split("_"))
                .map(word -> word.substring(0, 1) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    /// Vendor ids and certificate requests stand once: how many there are says nothing about a behaviour.
    private static String payloads(List<Payload> payloads) {
        var names = new ArrayList<String>();
        for (Payload payload : payloads) {
            String name = name(payload);
            if (!Set.of("V", "CR").contains(name) || !names.contains(name)) {
                names.add(name);
            }
        }
        return "[" + String.join(", ", names) + "]";
    }

    private static String name(Payload payload) {
        return switch (payload) {
            case Payload.Sa _ -> "SA";
            case Payload.KeyExchange _ -> "KE";
            case Payload.Identification _ -> "ID";
            case Payload.Certificate _ -> "CERT";
            case Payload.CertificateRequest _ -> "CR";
            case Payload.Hash _ -> "HASH";
            case Payload.Signature _ -> "SIG";
            case Payload.Nonce _ -> "NONCE";
            case Payload.Notification each -> "N(%s)".formatted(NotifyType.nameOf(each.notifyType()));
            case Payload.Delete each -> each.protocol() == ESP ? "D(ESP)" : "D(ISAKMP)";
            case Payload.VendorId _ -> "V";
            case Payload.ModeConfig _ -> "ATTR";
            case Payload.NatDiscovery each -> each.type() == PayloadType.NAT_D.code() ? "NAT-D" : "NAT-D(draft)";
            case Payload.NatOriginalAddress _ -> "NAT-OA";
            case Payload.Fragment each -> "FRAG %d%s".formatted(each.number(), each.last() ? " last" : "");
            case Payload.Unknown each -> "PAYLOAD " + each.type();
        };
    }
}
