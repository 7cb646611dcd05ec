package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A command that has the daemon do something with a connection or tunnel, and waits until it is done.
abstract class ActionCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 100;

    @Parameters(paramLabel = "NAME", description = "A connection, or connection/tunnel.")
    private String name;

    @Mixin
    private ControlOptions control;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = {
            "How long to wait (default: ${DEFAULT-VALUE}); 0 is as --no-wait."})
    private long timeout;

    @Option(names = "--no-wait", description = "Return at once, with status 0 however it will end.")
    private boolean noWait;

    @Spec
    private CommandSpec spec;

    private final String action;

    ActionCommand(String action) {
        this.action = action;
    }

    /// What the user is told once it is done; empty while it is not. Throws when it will not be.
    ///
    /// @param asked when the daemon was told
    abstract Optional<String> outcome(Named named, JsonNode connection, List<JsonNode> tunnels, Instant asked)
            throws Refusal;

    /// Called while it is not done, with the whole status. Throws when it is not to be waited for any longer.
    ///
    /// @param err for what the user is to know meanwhile
    void meanwhile(Named named, JsonNode status, Instant asked, ControlClient client, PrintWriter err)
            throws Refusal {
        // Most are done soon.
    }

    /// What the daemon is told besides, as a query.
    String parameters() {
        return "";
    }

    @Override
    public final Integer call() throws Refusal, InterruptedException {
        Named named = Named.parse(name, spec.commandLine());
        ControlClient client = control.client();
        Instant asked = Instant.parse(client.post(named.path(action) + parameters()).path("at").asText());
        if (timeout == 0 || noWait) {
            return Main.DONE;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
        while (true) {
            JsonNode status = client.get("/api/status");
            JsonNode connection = named.connectionIn(status);
            List<JsonNode> tunnels = named.tunnelsIn(status);
            Optional<String> outcome = outcome(named, connection, tunnels, asked);
            if (outcome.isPresent()) {
                spec.commandLine().getOut().println(outcome.get());
                spec.commandLine().getOut().flush();
                return Main.DONE;
            }
            meanwhile(named, status, asked, client, spec.commandLine().getErr());
            if (System.nanoTime() - deadline > 0) {
                throw new Refusal("%s: '%s' is not done after %d s: %s".formatted(named, action, timeout,
                        failure(connection, tunnels, Instant.MIN).orElse("still under way")));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    static boolean is(JsonNode node, String state) {
        return node.path("state").asText().equals(state);
    }

    /// The first failure since then, of a tunnel that is meant or of its connection.
    static Optional<String> failure(JsonNode connection, List<JsonNode> tunnels, Instant since) {
        return failure(connection, tunnels, since, _ -> true);
    }

    /// @param which those that count, as the daemon describes them
    static Optional<String> failure(JsonNode connection, List<JsonNode> tunnels, Instant since,
            Predicate<JsonNode> which) {
        return Stream.concat(tunnels.stream(), Stream.of(connection)).map(node -> node.path("lastFailure"))
                .filter(JsonNode::isObject).filter(which)
                .filter(failure -> !Instant.parse(failure.path("at").asText()).isBefore(since))
                .map(failure -> Escaped.text(failure.path("text").asText())).findFirst();
    }
}
