package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth up`.
@Command(name = "up", mixinStandardHelpOptions = true, description = {
        "Brings a connection or tunnel up and waits for it.",
        "Exit status 1, with the reason, when it does not come up."})
final class UpCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 100;

    @Parameters(paramLabel = "NAME", description = "A connection, or connection/tunnel.")
    private String name;

    @Mixin
    private ControlOptions control;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = {
            "How long to wait (default: ${DEFAULT-VALUE}); 0 does not wait."})
    private long timeout;

    @Spec
    private CommandSpec spec;

    UpCommand() {}

    @Override
    public Integer call() throws Refusal, InterruptedException {
        Named named = Named.parse(name, spec.commandLine());
        ControlClient client = control.client();
        Instant asked = Instant.parse(client.post(named.path("up")).path("at").asText());
        if (timeout == 0) {
            return Main.DONE;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
        while (true) {
            JsonNode status = client.get("/api/status");
            List<JsonNode> tunnels = named.tunnelsIn(status);
            if (tunnels.stream().allMatch(UpCommand::isUp)) {
                spec.commandLine().getOut().println(named + " is up");
                spec.commandLine().getOut().flush();
                return Main.DONE;
            }
            Optional<String> failure = failure(named.connectionIn(status), tunnels, asked);
            if (failure.isPresent()) {
                throw new Refusal("%s is not up: %s".formatted(named, failure.get()));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new Refusal("%s is not up after %d s: %s".formatted(named, timeout,
                        failure(named.connectionIn(status), tunnels, Instant.MIN).orElse("still negotiating")));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static boolean isUp(JsonNode node) {
        return node.path("state").asText().equals("up");
    }

    /// The first failure since the command was given, of a tunnel that is meant or of its connection.
    private static Optional<String> failure(JsonNode connection, List<JsonNode> tunnels, Instant since) {
        return Stream.concat(tunnels.stream(), Stream.of(connection)).filter(node -> !isUp(node))
                .map(node -> node.path("lastFailure")).filter(JsonNode::isObject)
                .filter(failure -> !Instant.parse(failure.path("at").asText()).isBefore(since))
                .map(failure -> Escaped.text(failure.path("text").asText())).findFirst();
    }
}
