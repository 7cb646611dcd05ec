package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth explain`.
@Command(name = "explain", mixinStandardHelpOptions = true, description = {
        "Says why a connection or tunnel is not up.", "How far it came, what both sides have",
        "and where they differ, what the peer said, the probable cause and its remedy.",
        "When it is up, shows what failed before.",
        "With --capture, says it of each negotiation in a capture, without a daemon: of the newest",
        "1000, if there are more."}, exitCodeList = {
                "0:explained, whatever is up", "1:no daemon answers, the name is not known, or a file cannot be read",
                Help.USAGE}, footer = {"vanth explain branch",
                        "vanth explain --capture ike.pcap -c /etc/vanth/vanth.yaml",
                        "tcpdump -w ike.pcap udp port 500 or udp port 4500      makes such a capture"})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..1", description = {"A connection, or connection/tunnel.",
            "With --capture, only that connection of the configuration."})
    private String name;

    @Mixin
    private ControlOptions control;

    @Option(names = "--capture", paramLabel = "FILE", description = {"A pcap or pcapng capture. With --config, it is",
            "told from the side of that configuration; else from that of the host that began."})
    private Path capture;

    @Option(names = "--keys", paramLabel = "FILE", description = {"Keys for the encrypted part of the capture,",
            "as for 'vanth decode'."})
    private Path keys;

    @Option(names = "--all", description = "Every failure that is remembered in full, not only the latest.")
    private boolean all;

    @Option(names = "--json", description = "All of it as JSON; of a capture, an object a line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    ExplainCommand() {}

    @Override
    public Integer call() throws Refusal {
        if (capture == null && (name == null || keys != null)) {
            throw new ParameterException(spec.commandLine(), name == null
                    ? "NAME is missing, or --capture FILE"
                    : "--keys needs --capture FILE");
        }
        PrintWriter out = spec.commandLine().getOut();
        Capture.Told told = told();
        for (Iterator<JsonNode> each = told.accounts().iterator(); each.hasNext();) {
            out.print(text(each.next()) + (each.hasNext() && !json ? "\n" : ""));
        }
        // Lines of JSON are read by programs.
        PrintWriter last = json ? spec.commandLine().getErr() : out;
        told.omission().ifPresent(line -> last.print((json ? "" : "\n") + line + "\n"));
        out.flush();
        last.flush();
        return Main.DONE;
    }

    private String text(JsonNode account) {
        return json ? account + "\n" : ExplainText.of(account, all);
    }

    private Capture.Told told() throws Refusal {
        if (capture != null) {
            return new Capture(capture, keys, control.config(), name, spec.commandLine()).explained();
        }
        return new Capture.Told(
                List.of(control.client().get(Named.parse(name, spec.commandLine()).path("explanation"))),
                Optional.empty());
    }
}
