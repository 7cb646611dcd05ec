package io.vanth.ike.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.log.Escaped;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth events`.
@Command(name = "events", mixinStandardHelpOptions = true, description = {
        "Shows what happens in the daemon, as it happens, until it is interrupted: tunnels and ISAKMP SAs",
        "that come up, get new keys and go down, negotiations that fail, dead peer detection, packets that",
        "are dropped, and changes of the configuration. Exit status 1 when the daemon ends."})
final class EventsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    @Mixin
    private ControlOptions control;

    @Option(names = "--json", description = "Each event as a line of JSON.")
    private boolean json;

    @Option(names = "--after", paramLabel = "ID", description = {
            "First those after the event with this id (in --json) that the daemon remembers."})
    private String after;

    @Spec
    private CommandSpec spec;

    EventsCommand() {}

    @Override
    public Integer call() throws Refusal {
        if (after != null && !after.matches("[A-Za-z0-9-]{1,64}")) {
            throw new Refusal("'%s' is no id of an event".formatted(after));
        }
        PrintWriter out = spec.commandLine().getOut();
        control.client().follow("/api/events", after == null ? "" : "Last-Event-ID: " + after + "\r\n", line -> {
            if (line.startsWith(DATA)) {
                out.println(json ? line.substring(DATA.length()) : text(line.substring(DATA.length())));
                out.flush();
            }
        });
        throw new Refusal("the daemon has ended the stream");
    }

    /// One line for people.
    static String text(String data) {
        try {
            JsonNode event = JSON.readTree(data);
            List<String> words = new ArrayList<>();
            words.add(event.path("at").asText());
            String connection = event.path("connection").asText();
            String tunnel = event.path("tunnel").asText();
            words.add(tunnel.isEmpty() ? connection : connection + "/" + tunnel);
            words.add(event.path("type").asText().replace('_', ' ') + ":");
            words.add(event.path("text").asText());
            event.path("packets").properties().forEach(each -> words.add(each.getKey() + "=" + each.getValue()));
            words.removeIf(String::isEmpty);
            return Escaped.text(String.join(" ", words));
        } catch (JsonProcessingException bad) {
            return Escaped.text("not understood: " + data + " (" + bad.getOriginalMessage() + ")");
        }
    }
}
