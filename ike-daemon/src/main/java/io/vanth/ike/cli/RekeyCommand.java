package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `vanth rekey`.
@Command(name = "rekey", mixinStandardHelpOptions = true, description = {
        "Negotiates new keys for a connection or tunnel that is up, and waits for them."}, exitCodeList = {
                "0:there are new keys; with --no-wait: they were asked for",
                "1:there are none, for the reason that is printed, and the old keys serve on; or no daemon answers",
                Help.USAGE}, footer = {"vanth rekey branch", "vanth rekey branch/lan"})
final class RekeyCommand extends ActionCommand {
    RekeyCommand() {
        super("rekey");
    }

    @Override
    Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked)
            throws Refusal {
        // A tunnel that the operator has taken down stays down.
        List<JsonNode> meant = tunnels.stream()
                .filter(each -> !is(each, "down") || is(connection, "negotiating")).toList();
        if (meant.isEmpty()) {
            throw new Refusal("%s is down: bring it up with 'vanth up %s'".formatted(named, named));
        }
        if (meant.stream().allMatch(each -> isNew(each, asked))) {
            return Optional.of(named + " has new keys");
        }
        Optional<String> failure = failure(connection, meant, asked);
        if (failure.isPresent()) {
            throw new Refusal("%s has no new keys: %s (see: vanth explain %s)".formatted(named, failure.get(),
                    named));
        }
        return Optional.empty();
    }

    private static boolean isNew(JsonNode tunnel, Instant asked) {
        JsonNode established = tunnel.path("sa").path("established");
        return established.isTextual() && !Instant.parse(established.asText()).isBefore(asked);
    }
}
