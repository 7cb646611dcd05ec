package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `vanth up`.
@Command(name = "up", mixinStandardHelpOptions = true, description = {
        "Brings a connection or tunnel up and waits for it.",
        "When it does not come up, it says why; 'vanth explain' tells more.",
        "A refusal that anybody may have forged does not end the negotiation. It is shown at once,",
        "with what probably has to be changed, and when nothing better follows within 6 seconds,",
        "although the daemon has asked once more, the command ends with status 1 while the daemon",
        "still tries."}, exitCodeList = {"0:it is up; with --no-wait: it was asked for",
                "1:it is not up, for the reason that is printed; or no daemon answers",
                Help.USAGE}, footer = {"vanth up branch", "vanth up branch/lan --timeout 20"})
final class UpCommand extends ActionCommand {
    private final Interim interim = new Interim();

    UpCommand() {
        super("up");
    }

    @Override
    Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked)
            throws Refusal {
        List<JsonNode> missing = missing(tunnels);
        if (missing.isEmpty()) {
            return Optional.of(named + " is up");
        }
        Optional<String> failure = underWay(connection, missing)
                ? Optional.empty()
                : failure(connection, missing, asked);
        if (failure.isPresent()) {
            throw new Refusal(
                    "%s is not up: %s (see: vanth explain %s)".formatted(named, failure.get(), named));
        }
        return Optional.empty();
    }

    /// While it is tried, what seems to have failed may be a stranger's doing.
    private static boolean underWay(JsonNode connection, List<JsonNode> missing) {
        return is(connection, "negotiating") || missing.stream().anyMatch(each -> is(each, "negotiating"));
    }

    private static List<JsonNode> missing(List<JsonNode> tunnels) {
        return tunnels.stream().filter(each -> !is(each, "up")).toList();
    }

    @Override
    void meanwhile(Named named, JsonNode status, Instant asked, ControlClient client, PrintWriter err)
            throws Refusal {
        JsonNode connection = named.connectionIn(status);
        List<JsonNode> missing = missing(named.tunnelsIn(status));
        List<JsonNode> nodes = Interim.nodes(connection, missing);
        Optional<String> failure = failure(connection, missing, asked, UpCommand::ours);
        for (String line : interim.news(nodes, failure, text -> remedy(named, text, client))) {
            err.println(line.startsWith(" ") ? line : "%s: %s".formatted(named, line));
        }
        err.flush();
        if (interim.settled(nodes, failure, () -> time(status))) {
            throw new Refusal("%s is not up: %s; the daemon still tries (see: vanth explain %s)".formatted(named,
                    failure.orElseThrow(), named));
        }
    }

    /// Whether it may be about the negotiation that is waited for: a scanner makes others fail.
    private static boolean ours(JsonNode failure) {
        return !failure.path("role").asText().equals("responder");
    }

    /// By the daemon's clock, if it is not so old that it does not tell.
    private static Instant time(JsonNode status) {
        String at = status.path("at").asText();
        return at.isEmpty() ? Instant.now() : Instant.parse(at);
    }

    /// What the daemon holds to be the most probable remedy of a failure.
    private static Optional<String> remedy(Named named, String failure, ControlClient client) throws Refusal {
        for (JsonNode each : client.get(named.path("explanation")).path("failures")) {
            if (Escaped.text(each.path("text").asText()).equals(failure)) {
                return Optional.of(Escaped.text(each.path("causes").path(0).path("remedy").asText()));
            }
        }
        return Optional.empty();
    }
}
