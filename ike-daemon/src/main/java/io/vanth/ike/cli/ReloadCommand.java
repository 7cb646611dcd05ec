package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth reload`.
@Command(name = "reload", mixinStandardHelpOptions = true, description = {
        "Has the daemon read its configuration again, with the files it names, as SIGHUP does.",
        "Only what has changed is touched, at the cost that --plan shows for each change: none, a moment,",
        "rekey, restart (of that tunnel or connection), drop, or process: that needs a new start of the",
        "daemon. Then, when the file has an error and when a step fails, nothing is changed."}, exitCodeList = {
                "0:what has changed is in use; with --plan: it could be",
                "1:nothing was changed, for the reason that is printed; or no daemon answers",
                Help.USAGE}, footer = {"vanth reload --plan", "vanth reload"})
final class ReloadCommand implements Callable<Integer> {
    @Mixin
    private ControlOptions control;

    @Option(names = "--plan", description = "Only show what has changed, and what it costs.")
    private boolean plan;

    @Option(names = "--json", description = "All of it as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    ReloadCommand() {}

    @Override
    public Integer call() throws Refusal {
        JsonNode outcome = client().post("/api/reload" + (plan ? "?plan=true" : ""));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(outcome);
        } else {
            outcome.path("findings").forEach(each -> out.println(Escaped.text(each.asText())));
            outcome.path("changes").forEach(each -> out.println(line(each)));
            if (outcome.path("changes").isEmpty()) {
                out.println("nothing has changed");
            }
        }
        out.flush();
        return Main.DONE;
    }

    /// Each step of a reload may take its time, and another one may be before it.
    ControlClient client() throws Refusal {
        return control.patientClient();
    }

    private static String line(JsonNode change) {
        String what = (change.path("name").asText() + " " + change.path("key").asText()).strip();
        return Escaped.text("%s %s, cost %s: %s".formatted(what, change.path("kind").asText(),
                change.path("cost").asText(), change.path("meaning").asText()));
    }
}
