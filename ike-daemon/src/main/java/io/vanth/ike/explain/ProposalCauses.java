package io.vanth.ike.explain;

import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.policy.ProposalComparison.Row;
import io.vanth.ike.policy.ProposalNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What keeps the proposals of both sides apart.
final class ProposalCauses {
    private ProposalCauses() {}

    static Cause of(ProposalComparison proposals, Setting setting) {
        List<Row> differing = proposals.closest().stream().filter(Row::differs).toList();
        if (differing.isEmpty()) {
            return new Cause("The peer offers nothing that can be read.", "Configure %s at the peer.".formatted(
                    ours(proposals)));
        }
        String why = "The proposals have nothing in common; the closest ones differ in %s.".formatted(
                differing.stream().map(Row::attribute).collect(Collectors.joining(", ")));
        return new Cause(why, find(differing, "authentication").map(row -> authentication(row, setting))
                .or(() -> find(differing, "encapsulation").map(row -> encapsulation(row, setting)))
                .orElseGet(() -> algorithms(proposals, setting)));
    }

    private static Optional<Row> find(List<Row> rows, String attribute) {
        return rows.stream().filter(row -> row.attribute().equals(attribute)).findFirst();
    }

    private static String authentication(Row row, Setting setting) {
        return "Let both sides authenticate alike: the peer offers %s, and connections.%s here has %s.".formatted(
                row.theirs(), setting.connection().name(), row.ours());
    }

    private static String encapsulation(Row row, Setting setting) {
        return row.theirs().startsWith("transport")
                ? "Set the peer to tunnel mode: transport mode is not spoken here."
                : "Let both sides do the same about ESP in UDP: the peer wants %s, we have %s; change %s here or NAT"
                        .formatted(row.theirs(), row.ours(), setting.key("encapsulation"))
                        + " traversal at the peer.";
    }

    private static String algorithms(ProposalComparison proposals, Setting setting) {
        boolean phaseTwo = setting.phaseTwo();
        String key = phaseTwo ? setting.tunnelKey("proposals") : setting.key("proposals");
        Function<String, Object> parser = phaseTwo ? ProposalNames::parseEsp : ProposalNames::parseIke;
        return proposals.theirs().stream().filter(text -> isKnown(parser, text)).findFirst()
                .map(known -> "Add %s to %s here, or %s at the peer.".formatted(known, key, ours(proposals)))
                .orElseGet(() -> "Set the peer to %s, which %s has here; nothing that it offers is spoken here."
                        .formatted(ours(proposals), key));
    }

    private static String ours(ProposalComparison proposals) {
        return proposals.ours().isEmpty() ? "an ESP proposal" : proposals.ours().getFirst();
    }

    private static boolean isKnown(Function<String, Object> parser, String text) {
        try {
            return parser.apply(text) != null;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
