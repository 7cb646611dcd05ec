package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/// `vanth sa`.
@Command(name = "sa", mixinStandardHelpOptions = true, description = {
        "Lists the SAs of the data plane, and adds and deletes manual ones.",
        "Negotiated SAs are ended by 'vanth down'."}, synopsisSubcommandLabel = "COMMAND", exitCodeList = {"0:done",
                "1:no daemon answers, or it refuses, for the reason that is printed",
                Help.USAGE}, footer = {"vanth sa list", "vanth help sa add      more of a command of it"})
final class SaCommand extends TableCommand {
    SaCommand() {
        super("associations");
    }

    @Override
    String text(JsonNode answer) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "", "PROTOCOL", "MODE", "DESTINATION", "SPI", "ALGORITHMS", "PACKETS", "BYTES",
                "DROPPED"));
        answer.path("associations").forEach(sa -> rows.add(row(sa)));
        return Columns.of(rows);
    }

    private static List<String> row(JsonNode sa) {
        boolean idle = sa.has("state");
        long dropped = sa.path("replayDrops").asLong() + sa.path("integrityFailures").asLong()
                + sa.path("selectorDrops").asLong();
        return List.of(sa.path("name").asText(),
                idle ? sa.path("state").asText() : sa.path("direction").asText().equals("inbound") ? "in" : "out",
                sa.path("protocol").asText(), sa.path("mode").asText(), sa.path("destination").asText(),
                sa.path("spi").asText(), sa.path("algorithms").asText(), idle ? "-" : sa.path("packets").asText(),
                idle ? "-" : sa.path("bytes").asText(), idle ? "-" : String.valueOf(dropped));
    }
}
