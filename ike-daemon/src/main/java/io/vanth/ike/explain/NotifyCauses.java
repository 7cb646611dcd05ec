package io.vanth.ike.explain;

import io.vanth.ike.exchange.Failure;
import java.util.ArrayList;
import java.util.List;

/// What a peer that refuses with a notify probably means.
final class NotifyCauses {
    private NotifyCauses() {}

    static List<Cause> of(String notification, boolean authenticated, Setting setting) {
        List<Cause> causes = new ArrayList<>(setting.phaseTwo()
                ? phaseTwo(notification, setting)
                : phaseOne(notification, authenticated, setting));
        if (!authenticated) {
            causes.add(new Cause("The notify is not authenticated: somebody else may have sent it.",
                    "Compare with the peer's own log before you change anything."));
        }
        return causes;
    }

    private static List<Cause> phaseOne(String notification, boolean authenticated, Setting setting) {
        return switch (notification) {
            case "NO-PROPOSAL-CHOSEN" -> List.of(proposals(setting), unknownHere(setting));
            case "PAYLOAD-MALFORMED", "INVALID-PAYLOAD-TYPE", "INVALID-HASH-INFORMATION", "UNEQUAL-PAYLOAD-LENGTHS",
                    "INVALID-FLAGS" ->
                setting.preShared()
                        ? List.of(Causes.sharedKeys(setting))
                        : List.of(CertificateCauses.ours(setting));
            case "AUTHENTICATION-FAILED" -> refusedProof(authenticated ? Keys.AGREE : Keys.MAY_DIFFER, setting);
            case "INVALID-ID-INFORMATION" -> List.of(Causes.ownIdentity(setting));
            case Explainer.UNREADABLE ->
                refusedProof(setting.resent() ? Keys.SEEM_TO_DIFFER : Keys.MAY_DIFFER, setting);
            case Failure.PeerRefused.DELETE, Explainer.BEHIND_PHASE_ONE -> setting.preShared()
                    ? List.of(Causes.ownIdentity(setting), takenDown())
                    : List.of(CertificateCauses.ours(setting), Causes.ownIdentity(setting), takenDown());
            case "INVALID-CERTIFICATE", "INVALID-CERT-AUTHORITY", "INVALID-CERT-ENCODING", "CERT-TYPE-UNSUPPORTED",
                    "CERTIFICATE-UNAVAILABLE", "INVALID-SIGNATURE" ->
                List.of(CertificateCauses.ours(setting));
            case "INVALID-KEY-INFORMATION" -> List.of(new Cause(
                    "The peer does not take our public value, so its Diffie-Hellman group is probably another one.",
                    "Configure one group on both sides: %s here, %s.".formatted(setting.key("proposals"),
                            setting.ikeProposals())));
            case "UNSUPPORTED-EXCHANGE-TYPE", "INVALID-EXCHANGE-TYPE" -> List.of(new Cause(
                    "The peer does not speak the mode that we began with.",
                    "Set %s here to the peer's mode (main or aggressive).".formatted(setting.key("mode"))));
            case Explainer.PORT_UNREACHABLE -> List.of(new Cause(
                    "Nothing listens on the UDP port of IKE at %s, as it says itself by ICMP."
                            .formatted(setting.remote()),
                    "Start the IKE daemon there, and let it listen on that address and port."));
            default -> List.of(other(notification));
        };
    }

    private static List<Cause> phaseTwo(String notification, Setting setting) {
        return switch (notification) {
            case "NO-PROPOSAL-CHOSEN" -> List.of(proposalsOfTunnel(setting), networks(setting));
            case "INVALID-ID-INFORMATION" -> List.of(networks(setting), new Cause(
                    "The networks may be right all the same: a peer that takes several devices under one connection may leave"
                            + " the tunnel to another device with the same network.",
                    "If they agree, look at the peer who has them, and give each device a network of its own."));
            case "INVALID-MESSAGE-ID" -> List.of(networks(setting));
            case Explainer.UNREADABLE -> List.of(networks(setting), proposalsOfTunnel(setting));
            case "INVALID-KEY-INFORMATION" -> List.of(new Cause(
                    "The peer wants another group for PFS, or none.",
                    "End the proposals under %s with the peer's PFS group, as in aes128gcm16-modp2048, or without one."
                            .formatted(setting.tunnelKey("proposals"))));
            default -> List.of(other(notification));
        };
    }

    /// What is known of the pre-shared keys.
    private enum Keys {
        /// The refusal could be read with them.
        AGREE,
        MAY_DIFFER,
        /// We went on as if we had not been answered: so we could not read the refusal.
        SEEM_TO_DIFFER
    }

    /// A peer may look for a connection with our identity only among those of our mode and of our way to authenticate.
    private static List<Cause> refusedProof(Keys keys, Setting setting) {
        List<Cause> causes = new ArrayList<>(List.of(Causes.ownIdentity(setting), method(setting), mode(setting)));
        if (!setting.preShared()) {
            causes.addFirst(CertificateCauses.ours(setting));
            return causes;
        }
        switch (keys) {
            case SEEM_TO_DIFFER -> causes.addFirst(Causes.sharedKeys(setting));
            case MAY_DIFFER -> causes.add(1, Causes.sharedKeys(setting));
            case AGREE -> {
                // They are not to blame.
            }
        }
        return causes;
    }

    private static Cause method(Setting setting) {
        String ours = setting.preShared() ? "a pre-shared key" : "a certificate";
        return new Cause("The peer's connection may be for another authentication method than %s.".formatted(ours),
                "Let both sides authenticate alike: connections.%s here has %s.".formatted(
                        setting.connection().name(), ours));
    }

    private static Cause takenDown() {
        return new Cause("Somebody took it down at the peer in that moment.",
                "Read the peer's log at that time.");
    }

    static Cause proposals(Setting setting) {
        return new Cause("The peer accepts none of our phase 1 proposals: %s.".formatted(setting.ikeProposals()),
                "Configure one of them at the peer, or its own under %s here.".formatted(setting.key("proposals")));
    }

    private static Cause proposalsOfTunnel(Setting setting) {
        return new Cause(
                "The peer accepts none of our phase 2 proposals: %s (PFS group and encapsulation count).".formatted(
                        setting.espProposals()),
                "Configure one of them at the peer, or its own under %s here.".formatted(
                        setting.tunnelKey("proposals")));
    }

    private static Cause mode(Setting setting) {
        return new Cause("The peer's connection may be for the other mode: we began with the one that %s names."
                .formatted(setting.key("mode")),
                "Set %s here to the peer's mode (main or aggressive), or the peer's to ours.".formatted(
                        setting.key("mode")));
    }

    static Cause unknownHere(Setting setting) {
        return new Cause("The peer has no connection for our address, or only one that speaks IKEv2.",
                "Set the remote address of its connection to %s at the peer, and its protocol to IKEv1.".formatted(
                        setting.local()));
    }

    static Cause networks(Setting setting) {
        String traffic = setting.tunnel().map(each -> each.traffic().toString()).orElse("of its tunnels");
        return new Cause("The peer does not accept our networks %s (ours === theirs).".formatted(traffic),
                "Set exactly the same networks, mirrored, at the peer, or %s and %s here to the peer's.".formatted(
                        setting.tunnelKey("local"), setting.tunnelKey("remote")));
    }

    private static Cause other(String notification) {
        return new Cause("The peer refuses with %s.".formatted(notification),
                "Read the peer's log at that time: only it knows the reason.");
    }
}
