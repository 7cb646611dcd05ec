package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `vanth up`.
@Command(name = "up", mixinStandardHelpOptions = true, description = {
        "Brings a connection or tunnel up and waits for it.",
        "Exit status 1, with the reason, when it does not come up; 'vanth explain' tells more."})
final class UpCommand extends ActionCommand {
    UpCommand() {
        super("up");
    }

    @Override
    Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked)
            throws Refusal {
        List<JsonNode> missing = tunnels.stream().filter(each -> !is(each, "up")).toList();
        if (missing.isEmpty()) {
            return Optional.of(named + " is up");
        }
        // While it is tried, what seems to have failed may be a stranger's doing.
        boolean underWay = is(connection, "negotiating") || missing.stream().anyMatch(each -> is(each, "negotiating"));
        Optional<String> failure = underWay ? Optional.empty() : failure(connection, missing, asked);
        if (failure.isPresent()) {
            throw new Refusal(
                    "%s is not up: %s (see: vanth explain %s)".formatted(named, failure.get(), named));
        }
        return Optional.empty();
    }
}
