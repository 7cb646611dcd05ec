package io.vanth.ike.explain;

import io.vanth.ike.exchange.Circumstances;
import java.util.ArrayList;
import java.util.List;

/// What the silence of a peer usually means, by the message that was awaited.
final class SilenceCauses {
    private static final int IKE_PORT = 500;
    private static final int NAT_TRAVERSAL_PORT = 4500;
    /// From here on an Ethernet packet is in fragments; tunnels on the way may have less room.
    private static final int LARGE = 1200;

    private SilenceCauses() {}

    static List<Cause> of(Setting setting) {
        List<Cause> causes = new ArrayList<>();
        setting.circumstances().ifPresent(each -> each.progress().said()
                .forEach(said -> causes.addAll(NotifyCauses.of(said.notification(), said.authenticated(), setting))));
        int message = setting.circumstances().map(Circumstances::progress).map(each -> messageNumber(each.stage()))
                .orElse(0);
        if (message > 0 && (message % 2 == 0) != setting.initiator()) {
            causes.add(ownSilence(setting));
        } else if (setting.phaseTwo()) {
            causes.addAll(setting.initiator() ? phaseTwo(setting) : unconfirmed(setting));
        } else if (setting.initiator()) {
            causes.addAll(initiator(message, setting));
        } else {
            causes.addAll(responder(message, setting));
        }
        return causes.stream().distinct().toList();
    }

    /// The number at the end of `main mode message 6`, or 0.
    private static int messageNumber(String stage) {
        String last = stage.substring(stage.lastIndexOf(' ') + 1);
        return last.length() == 1 && Character.isDigit(last.charAt(0)) ? last.charAt(0) - '0' : 0;
    }

    private static List<Cause> initiator(int message, Setting setting) {
        return switch (message) {
            case 2 -> first(setting);
            case 4 -> List.of(new Cause(
                    "The peer answered our first message, but not our public value: it is overloaded, or a device on"
                            + " the way drops longer packets.",
                    "Read the peer's log at that time, and watch both sides: %s.".formatted(
                            setting.tcpdump(IKE_PORT))));
            default -> unauthenticated(setting);
        };
    }

    private static List<Cause> first(Setting setting) {
        List<Cause> causes = new ArrayList<>(List.of(unreachable(setting), NotifyCauses.unknownHere(setting)));
        setting.connection().tunnels().stream().flatMap(each -> each.via().stream()).findFirst()
                .ifPresent(via -> causes.add(new Cause(
                        "A route leads to %s through %s, which waits for this very negotiation.".formatted(
                                setting.remote(), via.name()),
                        "Look with: ip route get %s mark 0x56414e54; and route it past %s.".formatted(
                                setting.remote(), via.name()))));
        return causes;
    }

    /// Whoever begins an exchange awaits its even messages; only a capture shows that it was this side's turn.
    private static Cause ownSilence(Setting setting) {
        return new Cause("It was this side that did not go on: it refuses, does not run, has no connection for %s, or"
                .formatted(setting.remote()) + " what it sent did not leave this host.",
                "Read this host's log of that time, and 'vanth explain %s' while its daemon runs; look whether a firewall"
                        .formatted(setting.name()) + " here drops what comes or goes.");
    }

    private static Cause unreachable(Setting setting) {
        return new Cause("Nothing came back: %s is down, or UDP port 500 is blocked on the way.".formatted(
                setting.remote()),
                "Let UDP port 500 pass between %s and %s in both directions, and watch it there: %s.".formatted(
                        setting.local(), setting.remote(), setting.tcpdump(IKE_PORT)));
    }

    /// The proposals and keys fit so far, and then the message that shows who we are was not answered.
    private static List<Cause> unauthenticated(Setting setting) {
        List<Cause> causes = new ArrayList<>();
        if (setting.floated()) {
            causes.add(blocked(setting));
        }
        fragments(setting, causes);
        if (setting.preShared()) {
            causes.add(Causes.sharedKeys(setting));
        } else {
            causes.add(CertificateCauses.ours(setting));
        }
        causes.add(Causes.ownIdentity(setting));
        return causes;
    }

    private static Cause blocked(Setting setting) {
        return new Cause(
                "From this message on everything goes over UDP port 4500, and that is blocked on the way.",
                "Let UDP port 4500 pass between %s and %s in both directions, and watch it there: %s.".formatted(
                        setting.local(), setting.remote(), setting.tcpdump(NAT_TRAVERSAL_PORT)));
    }

    private static void fragments(Setting setting, List<Cause> causes) {
        int largest = setting.circumstances().map(each -> each.progress().largest()).orElse(0);
        if (largest > LARGE) {
            causes.add(new Cause(
                    "Our message has %d bytes, and a device on the way drops the fragments of its packet.".formatted(
                            largest),
                    "Turn IKE fragmentation on at both sides, or let IP fragments pass, or use smaller certificates."));
        }
    }

    private static List<Cause> responder(int message, Setting setting) {
        List<Cause> causes = new ArrayList<>();
        if (message > 3 && setting.circumstances().filter(each -> each.nat().found()).isPresent()) {
            causes.add(blocked(setting));
        }
        if (message > 3 && !setting.preShared()) {
            causes.add(
                    new Cause("The peer's message with its certificates is in fragments, which are dropped on the way.",
                            "Turn IKE fragmentation on at the peer, or let IP fragments pass."));
        }
        causes.add(new Cause(
                "The peer began and then stopped: our answer does not reach it, or it did not like it.",
                "Read the peer's log at that time, and let UDP port 500 pass from %s to %s.".formatted(setting.local(),
                        setting.remote())));
        return causes;
    }

    private static List<Cause> phaseTwo(Setting setting) {
        return List.of(NotifyCauses.networks(setting), new Cause(
                "The peer accepts none of our phase 2 proposals: %s.".formatted(setting.espProposals()),
                "Configure one of them at the peer, or its own under %s here.".formatted(
                        setting.tunnelKey("proposals"))));
    }

    private static List<Cause> unconfirmed(Setting setting) {
        return List.of(new Cause(
                "The peer asked for the tunnel, but did not confirm our answer: it did not reach it, or"
                        + " the peer refused it.",
                "Read the peer's log at that time; our answer had one of %s.".formatted(setting.espProposals())));
    }
}
