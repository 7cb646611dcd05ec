package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `vanth down`.
@Command(name = "down", mixinStandardHelpOptions = true, description = {
        "Takes a connection or tunnel down, at the peer too, and waits for it.",
        "It stays down until 'up'; its traffic stays blocked."})
final class DownCommand extends ActionCommand {
    DownCommand() {
        super("down");
    }

    @Override
    Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked) {
        return tunnels.stream().allMatch(each -> is(each, "down"))
                ? Optional.of(named + " is down")
                : Optional.empty();
    }
}
