package io.vanth.ike.session;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.policy.Fragmentation;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.Risk;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The configuration of an end, as transcripts spell it: a word and its value.
final class ConnectionWords {
    private ConnectionWords() {}

    /// `of` with the settings, in their order.
    static Connection apply(Connection of, List<String> settings) {
        return ConnectionDraft.change(of, draft -> settings.forEach(line -> {
            String[] words = line.split(" +", 2);
            set(draft, words[0], words.length > 1 ? words[1] : "");
        }));
    }

    private static void set(ConnectionDraft draft, String word, String value) {
        switch (word) {
            case "psk" -> draft.authentication = new Authentication.PreShared(Pair.psk(value));
            case "auth" -> draft.authentication = authentication(value,
                    ((LocalHost.Address) draft.local).address());
            case "ike" -> draft.proposals = list(value).map(ProposalNames::parseIke).toList();
            case "mode" -> draft.mode = constant(PhaseOneMode.class, value);
            case "allow" -> draft.allowed = EnumSet.of(Risk.of(value).orElseThrow());
            case "lifetime" -> draft.lifetime = duration(value);
            case "dpd" -> draft.dpd = dpd(value);
            case "encapsulation" -> draft.encapsulation = constant(Encapsulation.class, value);
            case "unique" -> draft.uniqueness = constant(Uniqueness.class, value);
            case "id" -> draft.localId = Identity.parse(value);
            case "peerId" -> draft.remoteId = Identity.parse(value);
            case "peer" -> draft.remoteHosts = value.equals("any")
                    ? List.of()
                    : List.of(new PeerHost.Address(InetAddress.ofLiteral(value)));
            case "fragmentation" -> draft.fragmentation = fragmentation(value);
            case "esp" -> tunnels(draft, each -> proposals(each, list(value).map(ProposalNames::parseEsp).toList()));
            case "tunnelLifetime" -> tunnels(draft, each -> lifetime(each, duration(value)));
            case "start" -> tunnels(draft, each -> start(each, constant(StartMode.class, value)));
            case "networks" -> tunnels(draft, each -> traffic(each, networks(value)));
            case "tunnel" -> addTunnel(draft, value);
            default -> throw new IllegalArgumentException("no setting is called " + word);
        }
    }

    private static Authentication authentication(String word, InetAddress own) {
        return switch (word) {
            case "certificate" -> Certified.of(own);
            case "expiredCertificate" -> Certified.expired();
            case "certificateOfAnotherRoot" -> Certified.believingAnother(own);
            case "certificateWithRevocation" -> Certified.knowingRevocation(own);
            case "rsa" -> Authentications.RSA.of(own.equals(Pair.A));
            case "ecdsa256" -> Authentications.ECDSA_256.of(own.equals(Pair.A));
            case "ecdsa384" -> Authentications.ECDSA_384.of(own.equals(Pair.A));
            case "wrongRsa" -> Authentications.RSA.impostor(own.equals(Pair.A));
            default -> throw new IllegalArgumentException("no authentication is called " + word);
        };
    }

    private static Stream<String> list(String value) {
        return Arrays.stream(value.split(", *"));
    }

    /// `onDemand` as in the configuration file.
    static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
    }

    /// `250ms`, `4s`, `5m`, `8h`.
    static Duration duration(String text) {
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }

    /// `30s/120s restart`.
    private static Dpd dpd(String value) {
        String[] parts = value.split("[/ ]", 3);
        Connection plain = Pair.connection(Pair.A, Pair.B, StartMode.PASSIVE);
        Dpd of = plain.dpd();
        return new Dpd(of.mode(), duration(parts[0]), parts.length > 1 ? duration(parts[1]) : of.timeout(),
                parts.length > 2 ? constant(Dpd.Action.class, parts[2]) : of.action());
    }

    /// `yes 1280`.
    private static Fragmentation fragmentation(String value) {
        String[] parts = value.split(" +", 2);
        return new Fragmentation(constant(Fragmentation.Use.class, parts[0]),
                parts.length > 1 ? Integer.parseInt(parts[1]) : Fragmentation.DEFAULT.datagram());
    }

    private static TrafficPair networks(String value) {
        String[] parts = value.split(" +", 2);
        return new TrafficPair(TrafficSelector.of(AddressRange.parse(parts[0])),
                TrafficSelector.of(AddressRange.parse(parts[1])));
    }

    private static void addTunnel(ConnectionDraft draft, String value) {
        String[] parts = value.split(" +", 2);
        Tunnel like = draft.tunnels.getFirst();
        var all = new ArrayList<>(draft.tunnels);
        all.add(new Tunnel(parts[0], new SaGroup(all.size() + 1), networks(parts[1]), like.proposals(), like.lifetime(),
                like.start()));
        draft.tunnels = all;
    }

    private static void tunnels(ConnectionDraft draft, UnaryOperator<Tunnel> change) {
        draft.tunnels = draft.tunnels.stream().map(change).toList();
    }

    static Tunnel proposals(Tunnel of, List<EspProposal> proposals) {
        return new Tunnel(of.name(), of.group(), of.traffic(), proposals, of.lifetime(), of.start());
    }

    static Tunnel lifetime(Tunnel of, Duration lifetime) {
        return new Tunnel(of.name(), of.group(), of.traffic(), of.proposals(), lifetime, of.start());
    }

    static Tunnel start(Tunnel of, StartMode start) {
        return new Tunnel(of.name(), of.group(), of.traffic(), of.proposals(), of.lifetime(), start);
    }

    static Tunnel traffic(Tunnel of, TrafficPair traffic) {
        return new Tunnel(of.name(), of.group(), traffic, of.proposals(), of.lifetime(), of.start());
    }
}
