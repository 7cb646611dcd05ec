package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;

/// `vanth policy`.
@Command(name = "policy", mixinStandardHelpOptions = true, description = {
        "Lists the policies of the data plane in their order, and adds and deletes manual ones.",
        "Those of connections are in the configuration."}, synopsisSubcommandLabel = "COMMAND", exitCodeList = {
                "0:done", "1:no daemon answers, or it refuses, for the reason that is printed",
                Help.USAGE}, footer = {"vanth policy list", "vanth help policy add      more of a command of it"})
final class PolicyCommand extends TableCommand {
    PolicyCommand() {
        super("policies");
    }

    @Override
    String text(JsonNode answer) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ORDER", "NAME", "LOCAL", "REMOTE", "ACTION", ""));
        answer.path("policies").forEach(policy -> rows.add(List.of(policy.path("order").asText(),
                policy.path("name").asText(),
                policy.path("local").asText(), policy.path("remote").asText(),
                policy.has("layers") ? words(policy.path("layers"), " ") : policy.path("action").asText(),
                words(policy.path("missing"), "; "))));
        return Columns.of(rows);
    }

    private static String words(JsonNode list, String between) {
        return String.join(between,
                StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList());
    }
}
