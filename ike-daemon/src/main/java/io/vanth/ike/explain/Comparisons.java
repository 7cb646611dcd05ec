package io.vanth.ike.explain;

import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.exchange.Circumstances;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.explain.Comparison.Row;
import io.vanth.ike.policy.ProposalComparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Puts what both sides have side by side.
final class Comparisons {
    private Comparisons() {}

    static List<Comparison> of(Failure failure, Setting setting) {
        return switch (failure) {
            case Failure.NoProposalChosen(var phase, var proposals) -> List.of(proposals(phase, proposals));
            case Failure.IdentityMismatch(var received, var expected) -> List.of(identities(received, expected,
                    setting));
            case Failure.SelectorMismatch(var requested, var configured) ->
                List.of(networks(requested, configured));
            case Failure.NoAnswer _,Failure.RefusedHere _,Failure.PeerRefused _,Failure.UnauthenticatedNotify _,Failure.SelectionNotOffered _ ->
                setting.initiator() ? List.of(ours(setting)) : List.of();
            case Failure.AuthenticationRefused _,Failure.PreSharedKeyMismatch _,Failure.HashMismatch _,Failure.BadKeyExchange _,Failure.ProtocolViolation _,Failure.UnknownPeer _,Failure.Unsupported _,Failure.DataPlaneRefusal _,Failure.ComputationImpossible _,Failure.PeerDead _,Failure.HeldDown _,Failure.TunnelTaken _,Failure.AlreadyConnected _,Failure.LifetimeTooShort _,Failure.Unresolved _,Failure.NoLocalAddress _,Failure.RoutedBack _,Failure.DeletedByPeer _ ->
                List.of();
        };
    }

    private static Comparison proposals(String phase, ProposalComparison proposals) {
        List<Row> rows = proposals.closest().stream()
                .map(row -> Row.of(row.attribute(), row.ours(), row.theirs(), row.differs())).toList();
        return new Comparison("the closest %s proposals".formatted(phase), rows,
                List.of("ours: " + String.join(", ", proposals.ours()),
                        "theirs: " + String.join(", ", proposals.theirs())));
    }

    private static Comparison identities(String received, String expected, Setting setting) {
        return new Comparison("identities",
                List.of(Row.of("of the peer", expected, received, true),
                        Row.ours("of this side", setting.connection().localId().toString())),
                List.of("what the peer expects of this side was not told"));
    }

    /// The tunnel that shares most with what was asked for.
    private static Comparison networks(Optional<TrafficPair> requested, List<TrafficPair> configured) {
        List<String> all = configured.stream().map(TrafficPair::toString).toList();
        List<String> notes = List.of("configured here (ours === theirs): " + String.join(", ", all));
        if (requested.isEmpty() || configured.isEmpty()) {
            return new Comparison("networks", List.of(), notes);
        }
        TrafficPair asked = requested.get();
        TrafficPair closest = configured.stream().max(Comparator.comparingInt(each -> shared(each, asked)))
                .orElseThrow();
        return new Comparison("networks", List.of(
                Row.of("of this side", closest.local().toString(), asked.local().toString(),
                        !closest.local().equals(asked.local())),
                Row.of("of the peer", closest.remote().toString(), asked.remote().toString(),
                        !closest.remote().equals(asked.remote()))),
                notes);
    }

    private static int shared(TrafficPair one, TrafficPair other) {
        return (one.local().equals(other.local()) ? 1 : 0) + (one.remote().equals(other.remote()) ? 1 : 0);
    }

    /// What this side sent, where the peer did not show its own.
    private static Comparison ours(Setting setting) {
        List<Row> rows = new ArrayList<>();
        if (setting.phaseTwo()) {
            rows.add(Row.ours("proposals", setting.espProposals()));
            setting.tunnel().ifPresent(tunnel -> {
                rows.add(Row.ours("network of this side", tunnel.traffic().local().toString()));
                rows.add(Row.ours("network of the peer", tunnel.traffic().remote().toString()));
            });
        } else {
            rows.add(Row.ours("proposals", setting.ikeProposals()));
            rows.add(Row.ours("authentication", setting.preShared() ? "pre-shared key" : "signatures"));
            rows.add(Row.ours("identity of this side", setting.connection().localId().toString()));
            rows.add(Row.ours("identity of the peer", setting.connection().remoteId().toString()));
        }
        boolean spoke = setting.circumstances().map(Circumstances::progress).map(each -> !each.said().isEmpty())
                .orElse(false);
        return new Comparison(setting.phaseTwo() ? "phase 2" : "phase 1", rows, List.of(spoke
                ? "the peer has shown nothing of its side but the notify: compare with its configuration"
                : "the peer has shown nothing of its side: compare with its configuration"));
    }
}
