package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth explain`.
@Command(name = "explain", mixinStandardHelpOptions = true, description = {
        "Says why a connection or tunnel is not up: how far it came, what both sides have",
        "and where they differ, what the peer said, the probable cause and its remedy.",
        "When it is up, shows what failed before. Exit status 1 when the name is not known."})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "A connection, or connection/tunnel.")
    private String name;

    @Mixin
    private ControlOptions control;

    @Option(names = "--all", description = "Every failure that is remembered in full, not only the latest.")
    private boolean all;

    @Option(names = "--json", description = "All of it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    ExplainCommand() {}

    @Override
    public Integer call() throws Refusal {
        Named named = Named.parse(name, spec.commandLine());
        JsonNode account = control.client().get(named.path("explanation"));
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? account + "\n" : ExplainText.of(account, all));
        out.flush();
        return Main.DONE;
    }
}
