package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `vanth down`.
@Command(name = "down", mixinStandardHelpOptions = true, description = {
        "Takes a connection or tunnel down, at the peer too, and waits for it.",
        "Vanth brings it up no more until 'up'; its traffic stays blocked meanwhile. The peer may."}, exitCodeList = {
                "0:it is down, or was and the peer has brought it up again; with --no-wait: it was asked for",
                "1:it is not, for the reason that is printed; or no daemon answers", Help.USAGE}, footer = {
                        "vanth down branch/lan      vanth up branch/lan brings it up again",
                        "vanth down branch --hold"})
final class DownCommand extends ActionCommand {
    @Option(names = "--hold", description = "Refuse the peer too, until 'up'.")
    private boolean hold;

    DownCommand() {
        super("down");
    }

    @Override
    String parameters() {
        return hold ? "?hold=true" : "";
    }

    @Override
    Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked) {
        if (tunnels.stream().allMatch(each -> is(each, "down"))) {
            return Optional.of(named + " is down");
        }
        boolean wasDown = tunnels.stream()
                .allMatch(each -> is(each, "down") || Instant.parse(each.path("since").asText()).isAfter(asked));
        return wasDown
                ? Optional.of(named + " was taken down, and the peer has brought it up again: 'down --hold' refuses it")
                : Optional.empty();
    }
}
