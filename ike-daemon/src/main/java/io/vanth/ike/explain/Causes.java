package io.vanth.ike.explain;

import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.wire.ExchangeType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What probably lies behind a failure, the most probable first.
final class Causes {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

    private Causes() {}

    static List<Cause> of(Failure failure, Setting setting) {
        return switch (failure) {
            case Failure.NoAnswer _ -> SilenceCauses.of(setting);
            case Failure.NoProposalChosen(_, var proposals) -> List.of(ProposalCauses.of(proposals, setting));
            case Failure.SelectionNotOffered(var phase, var what) -> List.of(new Cause(
                    "The peer's %s answer is none of our proposals (%s), which RFC 2408 section 4.2 forbids.".formatted(
                            phase, what),
                    "Configure exactly one proposal on both sides, with its key length: here under %s."
                            .formatted(setting.phaseTwo()
                                    ? setting.tunnelKey("proposals")
                                    : setting.key("proposals"))));
            case Failure.PreSharedKeyMismatch _ -> List.of(sharedKeys(setting));
            case Failure.HashMismatch(var stage) -> List.of(
                    setting.preShared() ? sharedKeys(setting) : altered(stage));
            case Failure.AuthenticationRefused(_, var reason, var detail) ->
                List.of(CertificateCauses.of(reason, detail, setting));
            case Failure.IdentityMismatch(var received, var expected) -> identities(received, expected, setting);
            case Failure.RefusedHere _ -> unbelieved(setting);
            case Failure.SelectorMismatch(var requested, _) -> List.of(selectors(requested, setting));
            case Failure.PeerRefused(_, var notification, _) -> NotifyCauses.of(notification, true, setting);
            case Failure.UnauthenticatedNotify(var notification, _) ->
                NotifyCauses.of(notification, false, setting);
            case Failure.BadKeyExchange(var reason) -> List.of(new Cause(
                    "The peer's public value is one that no honest peer sends (%s).".formatted(reason),
                    "Update the peer, or agree another group with it under %s; if it keeps coming, somebody forges."
                            .formatted(setting.key("proposals"))));
            case Failure.ProtocolViolation(var stage, var reason) -> List.of(new Cause(
                    "The peer's %s breaks the protocol (%s), or somebody else sent it.".formatted(stage, reason),
                    "Read the peer's log at that time, and update the peer if it sent this."));
            case Failure.UnknownPeer(var peer) -> List.of(new Cause(
                    "No connection has %s as its remote address.".formatted(peer),
                    "If it is the peer, put %s into %s here. A NAT on the way changes the peer's address: then put in the NAT's, or, where that changes, remote: {address: any, id: \"%s\"}."
                            .formatted(peer, setting.key("remote.address"), setting.connection().remoteId())));
            case Failure.Unsupported(var what) when what.equals(ExchangeType.AGGRESSIVE.name()) -> List.of(new Cause(
                    "The peer begins with aggressive mode, and this connection answers main mode only.",
                    "Set the peer to main mode, or %s: aggressive here (with allow: [aggressivePsk] for a pre-shared key)."
                            .formatted(setting.key("mode"))));
            case Failure.Unsupported(var what) -> List.of(new Cause("The peer wants %s, which is not spoken here."
                    .formatted(what),
                    "Set the peer to IKEv1 with main mode, or with the mode that %s names, and without it."
                            .formatted(setting.key("mode"))));
            case Failure.DataPlaneRefusal(var reason) -> List.of(new Cause(
                    "This host's data plane did not take the keys: %s.".formatted(reason),
                    "Mend it on this host; the peer is innocent. If the kernel lacks a module, load it (modprobe): it may be blacklisted, or gone since the kernel was updated without a restart; or choose other algorithms under %s. Else look at memory, the capability NET_ADMIN and the interface."
                            .formatted(setting.tunnelKey("proposals"))));
            case Failure.ComputationImpossible(var reason) -> List.of(new Cause(
                    "This host has more key agreements to do than it can (%s).".formatted(reason),
                    "Choose a cheaper group under %s (ecp256), or give this host more processors; many new"
                            .formatted(setting.key("proposals")) + " negotiations at once may be an attack."));
            case Failure.PeerDead _ -> List.of(new Cause(
                    "The tunnel was up, and then the peer did not answer any more: it has restarted, lost its"
                            + " configuration, or cannot be reached.",
                    "Check that %s is up and reachable (ping, %s); with %s: restart it is tried again by itself."
                            .formatted(setting.remote(), setting.tcpdump(setting.floated() ? 4500 : 500),
                                    setting.key("dpd.action"))));
            case Failure.HeldDown _ -> List.of(new Cause(
                    "The peer wants the tunnel, but an operator has taken it down here.",
                    "Bring it up with: vanth up %s".formatted(setting.connection().name())));
            case Failure.TunnelTaken(var identity, var holder) -> List.of(new Cause(
                    "Two peers have the same network: %s has the tunnel, and %s asks for it too.".formatted(holder,
                            identity),
                    "Give each a network of its own, with a tunnel of its own under %s. If the first is gone for good, 'vanth down %s' lets the other have it."
                            .formatted(setting.key("tunnels"), setting.name())));
            case Failure.LifetimeTooShort(var wanted, var kept) -> List.of(new Cause(
                    "The peer is configured with a lifetime of %d s. Packets may be lost when it ends an SA before our %d s."
                            .formatted(wanted.toSeconds(), kept.toSeconds()),
                    "Give the peer a longer lifetime. If it must be so short, write the same here (%s)."
                            .formatted(setting.key("lifetime"))));
            case Failure.AlreadyConnected(var identity, var from) -> List.of(new Cause(
                    "Two devices use the identity %s, or the peer changed its address without a word to %s."
                            .formatted(identity, from),
                    "Give each device an identity of its own, or set %s: replace.".formatted(setting.key("unique"))));
            case Failure.Unresolved(var name, _) -> List.of(new Cause(
                    "The name %s cannot be resolved on this host.".formatted(name),
                    "Check it with: getent hosts %s; or write an address under %s.".formatted(name,
                            setting.key("remote.address"))));
            case Failure.NoLocalAddress(var host) -> List.of(localAddress(host, setting));
            case Failure.RoutedBack(var device, var peer) -> List.of(new Cause(
                    "The route to the peer's own address %s leads into %s, which is for what goes through the tunnel."
                            .formatted(peer, device),
                    "Route it past the interface (ip route add %s via ROUTER dev LINK), or let the daemon's packets go around by their mark, as 'Route-based tunnels' in the README does."
                            .formatted(peer)));
            case Failure.DeletedByPeer _ -> List.of(new Cause(
                    "The peer has deleted the tunnel: an operator or its idle timeout took it down there.",
                    "Look into the peer's log at that time; if it is an idle timeout, turn that off at the peer."));
        };
    }

    private static Cause localAddress(LocalHost host, Setting setting) {
        return switch (host) {
            case LocalHost.Address(var address) -> new Cause("This host does not have the address %s."
                    .formatted(address.getHostAddress()),
                    "Write an address of this host under %s (ip address).".formatted(setting.key("local")));
            case LocalHost.Interface(var name, var ipv6) -> new Cause(
                    "The interface %s is absent, down, or has no %s address.".formatted(name, ipv6 ? "IPv6" : "IPv4"),
                    "Look at it with: ip address show dev %s; the connection begins by itself when the address comes."
                            .formatted(name));
            case LocalHost.Route(var peer) -> new Cause(
                    "This host has no route to %s.".formatted(peer.getHostAddress()),
                    "Look with: ip route get %s; the connection begins by itself when a route comes.".formatted(
                            peer.getHostAddress()));
        };
    }

    static Cause sharedKeys(Setting setting) {
        return new Cause("The pre-shared keys differ (or a wrong key was chosen for this address).",
                "Put the same key into %s here and into the peer's configuration for %s; spaces and line ends count."
                        .formatted(setting.key("psk"), setting.local()));
    }

    static Cause ownIdentity(Setting setting) {
        return new Cause("The peer does not accept our identity.",
                "Set the remote identity at the peer to %s, or %s here to what it expects.".formatted(
                        setting.connection().localId(), setting.key("local.id")));
    }

    private static Cause altered(String stage) {
        return new Cause("The peer's hash in %s is wrong: the message was altered on its way.".formatted(stage),
                "Look for a device between the two sides that changes IKE packets (IPsec or VPN helpers, ALG).");
    }

    private static List<Cause> identities(String received, String expected, Setting setting) {
        Cause other = identity(received, expected, setting);
        return setting.preShared() || !received.contains("=")
                ? List.of(other)
                : List.of(other, new Cause(
                        "The peer may call itself by the name of its certificate because that does not hold the identity %s."
                                .formatted(expected),
                        "Issue the peer's certificate anew with %s as a subject alternative name."
                                .formatted(expected)));
    }

    private static Cause identity(String received, String expected, Setting setting) {
        if (setting.peerBehindNat() && !received.equals(setting.remote()) && ADDRESS.matcher(received).matches()) {
            return new Cause(
                    "The peer is behind a NAT and calls itself by its own address there, %s; it is expected to call itself %s."
                            .formatted(received, expected),
                    "Set %s: \"%s\" here, or give the peer a name as its own identity, and %s: \"NAME\" here."
                            .formatted(setting.key("remote.id"), received, setting.key("remote.id")));
        }
        return new Cause("The peer calls itself %s, and is expected to call itself %s.".formatted(received, expected),
                "Set %s: \"%s\" here, or the peer's own identity to %s.".formatted(setting.key("remote.id"), received,
                        expected));
    }

    /// It could read the peer's last message, so the keys of phase 1 agree.
    private static List<Cause> unbelieved(Setting setting) {
        String why = setting.preShared()
                ? "This side does not accept who the peer says it is: it expects %s, and the pre-shared keys agree."
                : "This side does not believe the peer's certificate or signature, or expects another identity than the peer has: %s.";
        return List.of(new Cause(why.formatted(setting.connection().remoteId()),
                "Read what the peer calls itself: 'vanth explain %s' while the daemon runs here, its log, or this capture with --keys; then set %s here to it, or the peer's own identity to what is expected."
                        .formatted(setting.name(), setting.key("remote.id"))),
                new Cause("It was taken down here in that moment, or another device is connected with the identity.",
                        "Read this host's log of that time."));
    }

    private static Cause selectors(Optional<TrafficPair> requested, Setting setting) {
        return requested.map(pair -> new Cause(
                "No tunnel has exactly the networks that the peer asks for, %s (ours === theirs).".formatted(pair),
                likeliest(pair, setting)))
                .orElseGet(() -> new Cause("The peer asks for a tunnel between things that are no addresses.",
                        "Set networks or addresses as the traffic selectors at the peer."));
    }

    /// Where one side of a tunnel fits already, the other is what was meant.
    private static String likeliest(TrafficPair asked, Setting setting) {
        for (Tunnel tunnel : setting.connection().tunnels()) {
            TrafficPair ours = tunnel.traffic();
            String key = setting.key("tunnels.%s.".formatted(tunnel.name()));
            if (ours.local().equals(asked.local())) {
                return "Set %sremote: %s here, or %s at the peer.".formatted(key, asked.remote(), ours.remote());
            }
            if (ours.remote().equals(asked.remote())) {
                return "Set %slocal: %s here, or %s at the peer.".formatted(key, asked.local(), ours.local());
            }
        }
        return "Give a tunnel under %s local: %s and remote: %s here, or change the networks at the peer.".formatted(
                setting.key("tunnels"), asked.local(), asked.remote());
    }
}
