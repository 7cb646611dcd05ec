package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What `vanth sa` and `vanth policy` have in common.
abstract class TableCommand {
    private static final String ASKED = "1:no daemon answers, or it refuses, for the reason that is printed";

    private final String table;

    @Spec
    private CommandSpec spec;

    /// @param table its name in the API
    TableCommand(String table) {
        this.table = table;
    }

    /// All of it for people.
    abstract String text(JsonNode answer);

    @Command(name = "list", mixinStandardHelpOptions = true, description = {
            "Shows all, with live counters."}, exitCodeList = {"0:shown", ASKED, Help.USAGE}, footer = {
                    "${COMMAND-FULL-NAME}", "${COMMAND-FULL-NAME} --json | jq ."})
    int list(@Mixin ControlOptions control, @Option(names = "--json", description = "All of it as JSON.") boolean json)
            throws Refusal {
        JsonNode answer = control.patientClient().get("/api/" + table);
        print(json ? answer + "\n" : text(answer));
        return Main.DONE;
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = {
            "Adds what stands under 'manual:' in a file or on standard input, as long as the daemon runs.",
            "Keys stand in it or in files that it names, never on the command line. All or nothing.",
            "What may stand in it: 'manual' in vanth check --schema."}, exitCodeList = {
                    "0:all are added", ASKED, Help.USAGE}, footer = {"${COMMAND-FULL-NAME} extra.yaml",
                            "${COMMAND-FULL-NAME} - < extra.yaml"})
    int add(@Mixin ControlOptions control, @Parameters(paramLabel = "FILE", description = {
            "YAML as in the configuration, for its owner alone; - is standard input."}) String file) throws Refusal {
        boolean stdin = file.equals("-");
        Path folder = stdin ? Path.of("").toAbsolutePath() : Path.of(file).toAbsolutePath().getParent();
        String query = "?folder=%s&name=%s".formatted(encoded(folder.toString()),
                encoded(stdin ? "standard input" : file));
        JsonNode answer = control.patientClient().post("/api/manual" + query, read(file, stdin));
        answer.path("findings").forEach(each -> print(Escaped.text(each.asText()) + "\n"));
        print("%d association(s) and %d policies added\n".formatted(answer.path("associations").asInt(),
                answer.path("policies").asInt()));
        return Main.DONE;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String read(String file, boolean stdin) throws Refusal {
        try {
            if (stdin) {
                return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            }
            Path path = Path.of(file);
            OwnFile.check(path);
            return Files.readString(path);
        } catch (IOException bad) {
            throw new Refusal("%s cannot be read: %s".formatted(file, bad), bad);
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = {
            "Deletes manual ones by name, until a reload brings them back from the configuration."}, exitCodeList = {
                    "0:all of them are deleted",
                    "1:no daemon answers, or one of them is not deleted, for the reason that is printed",
                    Help.USAGE}, footer = {
                            "${COMMAND-FULL-NAME} backup-in backup-out      ${PARENT-COMMAND-FULL-NAME} list shows the names"})
    int delete(@Mixin ControlOptions control, @Parameters(arity = "1..*", paramLabel = "NAME", description = {
            "As it is listed."}) List<String> names)
            throws Refusal {
        List<String> refusals = new ArrayList<>();
        for (String name : names) {
            try {
                control.patientClient().delete("/api/%s/%s".formatted(table, encoded(name)));
                print(name + " is deleted\n");
            } catch (Refusal refused) {
                refusals.add(refused.getMessage());
            }
        }
        if (!refusals.isEmpty()) {
            throw new Refusal(String.join("\n", refusals));
        }
        return Main.DONE;
    }

    @Command(name = "flush", mixinStandardHelpOptions = true, description = {
            "Deletes all manual ones, until a reload brings them back from the configuration.",
            "What connections have stays."}, exitCodeList = {"0:there is none left", ASKED, Help.USAGE}, footer = {
                    "${COMMAND-FULL-NAME}"})
    int flush(@Mixin ControlOptions control) throws Refusal {
        JsonNode answer = control.patientClient().delete("/api/" + table);
        print("%d deleted\n".formatted(answer.path("removed").asInt()));
        return Main.DONE;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
