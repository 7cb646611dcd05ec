package io.vanth.ike.config;

import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.dataplane.TunnelInterface;
import io.vanth.ike.config.LocalReader.End;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.AlgorithmAdvice;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.EspProposal;
import io.vanth.ike.policy.Hooks;
import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Ports;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.Retransmission;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.policy.Uniqueness;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/// Makes connections of their sections. A connection with a finding of severity error is left out.
final class ConnectionReader {
    private static final Duration IKE_LIFETIME = Duration.ofHours(8);
    private static final Duration TUNNEL_LIFETIME = Duration.ofHours(1);
    private static final Duration DPD_DELAY = Duration.ofSeconds(30);
    private static final Duration DPD_TIMEOUT = Duration.ofMinutes(2);
    private static final List<String> IKE_PROPOSALS = List.of("aes256-sha256-modp2048", "aes256-sha256-ecp256",
            "aes128-sha256-modp2048", "aes128-sha256-ecp256", "aes256-sha1-modp2048", "aes256-sha1-ecp256",
            "aes128-sha1-modp2048", "aes128-sha1-ecp256");
    private static final List<String> ESP_PROPOSALS = List.of("aes256gcm16", "aes128gcm16", "aes256-sha256",
            "aes128-sha256");

    private final AuthenticationReader authentications;
    private final LocalReader locals;
    private final Encapsulations encapsulations;
    private final Ports ports;
    private final HookReader hookReader;
    private final InterfaceReader interfaces;
    private int lastGroup;

    ConnectionReader(AuthenticationReader authentications, Surroundings surroundings, Encapsulations encapsulations,
            Ports ports, HookReader hookReader, InterfaceReader interfaces) {
        this.authentications = authentications;
        this.locals = new LocalReader(surroundings.machine());
        this.encapsulations = encapsulations;
        this.ports = ports;
        this.hookReader = hookReader;
        this.interfaces = interfaces;
    }

    /// The connection of `section`, or empty after a finding.
    Optional<Connection> read(Section section) {
        Optional<Remote> remote = remote(section.section("remote"));
        RiskReader risks = RiskReader.of(section);
        Optional<Authentication> authentication = authentications.read(section, risks);
        Optional<End> local = remote.flatMap(peer -> locals.read(section.section("local"), peer.address()))
                .map(end -> new End(end.host(),
                        OwnIdentity.of(section.section("local"), end.identity(), authentication)));
        Optional<List<IkeProposal>> proposals = proposals(section, IKE_PROPOSALS, ProposalNames::parseIke,
                (place, each) -> risks.judge(place, AlgorithmAdvice.of(each)));
        Optional<PhaseOneMode> mode = proposals.flatMap(each -> ModeReader.read(section, risks, each));
        Encapsulation encapsulation = encapsulations.read(section);
        boolean anyPeer = remote.isPresent() && remote.get().hosts().isEmpty();
        StartMode start = start(section, anyPeer ? StartMode.PASSIVE : StartMode.ALWAYS, anyPeer);
        Optional<TunnelInterface> via = interfaces.read(section);
        List<Optional<Tunnel>> tunnels = section.section("tunnels").sections().stream()
                .map(tunnel -> tunnel(tunnel, section, start, anyPeer, risks, via)).toList();
        Dpd dpd = dpd(section.section("dpd"), start);
        Retransmission retransmission = retransmission(section.section("retransmit"));
        Optional<Hooks> hooks = hookReader.read(section.section("hooks"));
        boolean complete = fit(section.section("remote"), local, remote) && authentication.isPresent()
                && proposals.isPresent() && mode.isPresent() && hooks.isPresent()
                && tunnels.stream().allMatch(Optional::isPresent);
        if (!complete) {
            authentication.ifPresent(Authentication::close);
            return Optional.empty();
        }
        return Optional.of(new Connection(section.name(), local.get().host(),
                remote.get().hosts(), ports, PeerReader.ports(section.section("remote")), local.get().identity(),
                remote.get().identity(),
                authentication.get(), mode.get(), proposals.get(),
                section.duration("lifetime", IKE_LIFETIME, false), encapsulation,
                Encapsulations.fragmentation(section), uniqueness(section), risks.allowed(),
                dpd, retransmission, hooks.get(),
                tunnels.stream().map(Optional::orElseThrow).toList()));
    }

    /// The peer's side; without hosts it is `any`.
    private record Remote(List<PeerHost> hosts, Identity identity) {
        Optional<InetAddress> address() {
            return hosts.stream().filter(PeerHost.Address.class::isInstance)
                    .map(each -> ((PeerHost.Address) each).address()).findFirst();
        }
    }

    private static Optional<Remote> remote(Section place) {
        return PeerReader.hosts(place).flatMap(hosts -> {
            if (hosts.size() != 1 && !place.has("id")) {
                place.error("a peer of any address, or of several, must be known by its identity",
                        "write {address: any, id: gw.example.org}");
            }
            Optional<Identity> id = hosts.size() != 1 || place.has("id")
                    ? identity(place)
                    : Optional.of(Identity.parse(hosts.getFirst().toString()));
            return id.map(identity -> new Remote(hosts, identity));
        });
    }

    /// Whether both ends are there, and packets can go from one to the other.
    private static boolean fit(Section place, Optional<End> local, Optional<Remote> remote) {
        if (local.isEmpty() || remote.isEmpty()) {
            return false;
        }
        LocalHost own = local.get().host();
        Optional<InetAddress> peer = remote.get().address();
        if (peer.map(LocalHost.Address::new).filter(own::equals).isPresent()) {
            place.error("the peer has the address of this gateway", "write the peer's own address");
            return false;
        }
        if (peer.filter(each -> each instanceof Inet6Address != own.ipv6()).isPresent()) {
            place.error("one gateway has an IPv4 address and the other an IPv6 address",
                    "give both an address of one family");
            return false;
        }
        return true;
    }

    private static Optional<Identity> identity(Section place) {
        return place.parsed("id", "write an address, a domain name or user@domain", Identity::parse);
    }

    private static <T> Optional<List<T>> proposals(Section section, List<String> otherwise,
            Function<String, T> parse, BiPredicate<Section, T> judge) {
        if (!section.has("proposals")) {
            return Optional.of(otherwise.stream().map(parse).toList());
        }
        Section list = section.section("proposals");
        List<T> parsed = new ArrayList<>();
        boolean complete = true;
        for (int index = 0; index < list.node().size(); index++) {
            Section item = new Section(list.document(), list.at().appendIndex(index), list.findings());
            Optional<T> proposal = item.parse(item.node().asText(), "", parse);
            complete &= proposal.isPresent() && judge.test(item, proposal.get());
            proposal.ifPresent(parsed::add);
        }
        return complete ? Optional.of(parsed) : Optional.empty();
    }

    private static StartMode start(Section section, StartMode otherwise, boolean anyPeer) {
        StartMode start = section.text("start").map(text -> switch (text) {
            case "onDemand" -> StartMode.ON_DEMAND;
            case "passive" -> StartMode.PASSIVE;
            default -> StartMode.ALWAYS;
        }).orElse(otherwise);
        if (anyPeer && start != StartMode.PASSIVE) {
            section.section("start").error("a peer of any address cannot be called", "write start: passive");
        }
        return start;
    }

    private Optional<Tunnel> tunnel(Section section, Section connection, StartMode start, boolean anyPeer,
            RiskReader risks, Optional<TunnelInterface> via) {
        SaGroup group = new SaGroup(++lastGroup);
        Optional<TrafficSelector> local = network(section, "local");
        Optional<TrafficSelector> remote = network(section, "remote");
        Optional<List<EspProposal>> proposals = proposals(section, ESP_PROPOSALS, ProposalNames::parseEsp,
                (place, each) -> risks.judge(place, AlgorithmAdvice.of(each)));
        StartMode mode = start(section, start, anyPeer);
        Duration lifetime = section.duration("lifetime", TUNNEL_LIFETIME, false);
        if (local.isEmpty() || remote.isEmpty() || proposals.isEmpty()
                || via.isPresent() && !InterfaceReader.carries(via.get(), connection, remote.get())) {
            return Optional.empty();
        }
        return section.parse(connection.name(), "both networks must be IPv4 or both IPv6",
                name -> new Tunnel(section.name(), group, new TrafficPair(local.get(), remote.get()),
                        proposals.get(), lifetime, mode, via, FlowReader.read(section, encapsulations.dataPlane())));
    }

    private static Optional<TrafficSelector> network(Section section, String key) {
        Optional<TrafficSelector> selector = section.parsed(key, "write a network as 10.1.0.0/24",
                TrafficSelector::parse);
        selector.ifPresent(parsed -> {
            String written = section.get(key).asText();
            int slash = written.indexOf('/');
            String start = parsed.addresses().first().getHostAddress();
            if (slash > 0 && !InetAddress.ofLiteral(written.substring(0, slash)).getHostAddress().equals(start)) {
                section.section(key).warning("the bits of the host in '%s' are ignored".formatted(written),
                        "write " + parsed);
            }
        });
        return selector;
    }

    private static Dpd dpd(Section section, StartMode start) {
        Duration delay = section.duration("delay", DPD_DELAY, true);
        Duration timeout = section.duration("timeout", DPD_TIMEOUT, false);
        if (timeout.compareTo(delay) < 0) {
            section.error("the timeout is shorter than the delay, so every peer would be dead", "make it longer");
        }
        Dpd.Action action = section.text("action").map(text -> switch (text) {
            case "clear" -> Dpd.Action.CLEAR;
            case "hold" -> Dpd.Action.HOLD;
            default -> Dpd.Action.RESTART;
        }).orElse(switch (start) {
            case ALWAYS -> Dpd.Action.RESTART;
            case ON_DEMAND -> Dpd.Action.HOLD;
            case PASSIVE -> Dpd.Action.CLEAR;
        });
        Dpd.Mode mode = section.text("mode").filter("onDemand"::equals).isPresent()
                ? Dpd.Mode.ON_DEMAND
                : Dpd.Mode.PERIODIC;
        if (start == StartMode.ALWAYS && action != Dpd.Action.RESTART) {
            section.section("action").warning("tunnels with start: always come up again whatever happens to the peer",
                    "write start: onDemand or start: passive, or leave the action out");
        }
        return new Dpd(mode, delay, timeout, action);
    }

    private static Uniqueness uniqueness(Section section) {
        return section.text("unique").map(text -> switch (text) {
            case "never" -> Uniqueness.NEVER;
            case "keep" -> Uniqueness.KEEP;
            default -> Uniqueness.REPLACE;
        }).orElse(Uniqueness.REPLACE);
    }

    private static Retransmission retransmission(Section section) {
        Retransmission standard = Retransmission.DEFAULT;
        return new Retransmission(section.duration("first", standard.first(), false),
                section.get("factor").asDouble(standard.factor()), section.get("tries").asInt(standard.tries()));
    }
}
