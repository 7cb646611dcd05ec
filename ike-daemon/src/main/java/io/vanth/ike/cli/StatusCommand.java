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
@Command(name = "status", mixinStandardHelpOptions = true, description = {
        "Shows connections, tunnels and their SAs, with counters and the latest failure of each."}, exitCodeList = {
                "0:shown, whatever is up", "1:no daemon answers, or it refuses, for the reason that is printed",
                Help.USAGE}, footer = {"vanth status",
                        "vanth status --json | jq '.connections[].tunnels[] | .name + \" \" + .state'",
                        "vanth status --url https://192.0.2.1:9465 --ca ca.pem --token-file api.token"})
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
