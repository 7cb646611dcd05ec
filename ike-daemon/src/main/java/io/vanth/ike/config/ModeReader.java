package io.vanth.ike.config;

import io.vanth.ike.policy.IkeProposal;
import io.vanth.ike.policy.PhaseOneMode;
import io.vanth.ike.policy.Risk;
import java.util.List;
import java.util.Optional;

/// Reads the exchange of phase 1, and says what aggressive mode costs.
final class ModeReader {
    private ModeReader() {}

    /// The mode of a connection that offers `proposals` when it begins; empty after a finding.
    static Optional<PhaseOneMode> read(Section connection, RiskReader risks, List<IkeProposal> proposals) {
        if (!connection.text("mode").orElse("main").equals("aggressive")) {
            return Optional.of(PhaseOneMode.MAIN);
        }
        warnOfGroups(connection, proposals);
        boolean usable = !connection.has("psk") || risks.judge(connection.section("mode"),
                Risk.AGGRESSIVE_PRE_SHARED_KEY,
                "in aggressive mode whoever asks for a handshake, or sees one, can guess the pre-shared key offline (CVE-2018-5389)",
                "write mode: main, or use certificates");
        return usable ? Optional.of(PhaseOneMode.AGGRESSIVE) : Optional.empty();
    }

    /// RFC 2409 section 5: in aggressive mode the group cannot be negotiated, as the public value goes along with the offer.
    private static void warnOfGroups(Section connection, List<IkeProposal> proposals) {
        List<String> left = proposals.stream().filter(each -> each.group() != proposals.getFirst().group())
                .map(IkeProposal::toString).toList();
        if (connection.has("proposals") && !left.isEmpty()) {
            connection.section("proposals").warning(
                    "aggressive mode cannot negotiate the group, so that %s is accepted but never offered"
                            .formatted(String.join(", ", left)),
                    "write proposals of one group");
        }
    }
}
