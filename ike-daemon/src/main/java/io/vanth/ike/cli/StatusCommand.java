package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth status`.
@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows connections, tunnels and their SAs.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ControlOptions control;

    @Option(names = "--json", description = "All of it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    StatusCommand() {}

    @Override
    public Integer call() throws Refusal {
        JsonNode status = control.client().get("/api/status");
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? status + "\n" : StatusText.of(status));
        out.flush();
        return Main.DONE;
    }
}
