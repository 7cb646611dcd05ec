package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Finding;
import io.vanth.ike.config.SchemaCheck;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.log.Escaped;
import io.vanth.ike.runtime.MarkedMachine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth check`.
@Command(name = "check", mixinStandardHelpOptions = true, description = {
        "Checks a configuration and the files that it names, as 'run' and 'reload' do, and changes nothing.",
        "Each finding has its place, what is wrong, and the remedy."}, exitCodeList = {
                "0:it can be used; there may be warnings",
                "1:it cannot be used; each error is printed with its place and remedy", Help.USAGE}, footer = {
                        "vanth check -c new.yaml && install -m 600 new.yaml /etc/vanth/vanth.yaml && vanth reload",
                        "vanth check --schema > vanth.schema.json"})
final class CheckCommand implements Callable<Integer> {
    @Option(names = {"-c", "--config"}, paramLabel = "FILE", defaultValue = "/etc/vanth/vanth.yaml", description = {
            "The configuration (default: ${DEFAULT-VALUE})."})
    private Path file;

    @Option(names = "--json", description = "Findings as a JSON array.")
    private boolean json;

    @Option(names = "--schema", description = "Print the JSON Schema of the file instead, for editors.")
    private boolean schema;

    @Spec
    private CommandSpec spec;

    CheckCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (schema) {
            out.print(SchemaCheck.text());
            out.flush();
            return Main.DONE;
        }
        ConfigLoader.Outcome outcome = new ConfigLoader(Surroundings.ofProcess(new MarkedMachine(), DataPlanes.names()))
                .load(file);
        if (json) {
            out.println(json(outcome.findings()));
        } else {
            outcome.findings().forEach(finding -> out.println(Escaped.text(finding.toString())));
            outcome.configuration().ifPresent(good -> out.println(summary(good)));
        }
        out.flush();
        outcome.configuration().ifPresent(Configuration::close);
        return outcome.configuration().isPresent() ? Main.DONE : Main.NO;
    }

    private String summary(Configuration good) {
        int tunnels = good.connections().stream().mapToInt(connection -> connection.tunnels().size()).sum();
        int manual = good.manual().associations().size();
        return "%s: good: %d connection(s), %d tunnel(s)%s".formatted(file, good.connections().size(), tunnels,
                manual == 0 ? "" : ", %d manual SA(s)".formatted(manual));
    }

    private static String json(List<Finding> findings) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        findings.forEach(finding -> all.addObject().put("file", finding.file()).put("line", finding.place().line())
                .put("column", finding.place().column()).put("path", finding.path())
                .put("severity", finding.severity().label()).put("reason", finding.reason())
                .put("remedy", finding.remedy()));
        return all.toString();
    }
}
