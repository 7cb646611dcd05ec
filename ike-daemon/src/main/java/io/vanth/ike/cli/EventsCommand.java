package io.vanth.ike.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vanth.ike.log.Escaped;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `vanth events`.
@Command(name = "events", mixinStandardHelpOptions = true, description = {
        "Shows what happens in the daemon, as it happens, until it is interrupted.",
        "That is tunnels and ISAKMP SAs that",
        "come up, get new keys and go down, negotiations that fail, dead peer detection, packets that",
        "are dropped, and changes of the configuration."}, exitCodeList = {
                "1:the daemon has ended, or does not answer", Help.USAGE,
                "130:it was interrupted"}, footer = {"vanth events", "vanth events branch --json | jq -r .text"})
final class EventsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data: ";

    @Parameters(arity = "0..1", paramLabel = "NAME", description = {
            "Only those about this connection, or connection/tunnel."})
    private String name;

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
        ControlClient client = control.client();
        Optional<Named> only = Optional.ofNullable(name).map(each -> Named.parse(each, spec.commandLine()));
        if (only.isPresent()) {
            // That it knows the name.
            client.get(only.get().path("explanation"));
        }
        client.follow("/api/events", after == null ? "" : "Last-Event-ID: " + after + "\r\n", line -> {
            if (line.startsWith(DATA)) {
                show(line.substring(DATA.length()), only);
            }
        });
        throw new Refusal("the daemon has ended the stream");
    }

    private void show(String data, Optional<Named> only) {
        if (only.isEmpty() || concerns(data, only.get())) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? data : text(data));
            out.flush();
        }
    }

    /// What is of a connection as a whole concerns its tunnels; what is of the stream concerns everybody.
    static boolean concerns(String data, Named named) {
        try {
            JsonNode event = JSON.readTree(data);
            boolean own = event.path("connection").asText().equals(named.connection());
            String tunnel = event.path("tunnel").asText();
            return !event.has("id") || own && (tunnel.isEmpty() || named.tunnel().orElse(tunnel).equals(tunnel));
        } catch (JsonProcessingException _) {
            return true;
        }
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
            String type = event.path("type").asText().replace('_', ' ') + ":";
            String told = event.path("text").asText();
            words.add(told.startsWith(type) ? "" : type);
            words.add(told);
            event.path("packets").properties().forEach(each -> words.add(each.getKey() + "=" + each.getValue()));
            words.removeIf(String::isEmpty);
            return Escaped.text(String.join(" ", words));
        } catch (JsonProcessingException bad) {
            return Escaped.text("not understood: " + data + " (" + bad.getOriginalMessage() + ")");
        }
    }
}
