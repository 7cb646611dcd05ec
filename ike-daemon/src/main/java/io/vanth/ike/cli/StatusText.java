package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;

/// The status for people.
final class StatusText {
    private StatusText() {}

    static String of(JsonNode status) {
        StringBuilder text = new StringBuilder();
        text.append("vanth %s, running since %s\n".formatted(status.path("version").asText(),
                time(status.path("started"))));
        if (status.path("dataPlane").path("silent").asBoolean()) {
            text.append("the data plane does not answer: its counters are not known, and packets may not pass\n");
        }
        if (status.path("connections").isEmpty()) {
            text.append("no connections; 'vanth sa list' and 'vanth policy list' show what is manual\n");
        }
        status.path("connections").forEach(connection -> connection(text, connection));
        return text.toString();
    }

    private static void connection(StringBuilder text, JsonNode connection) {
        line(text, "%s: %s, %s <-> %s (%s)".formatted(name(connection), state(connection),
                connection.path("localId").asText(), connection.path("remoteId").asText(),
                connection.path("peer").asText()));
        JsonNode isakmp = connection.path("isakmp");
        if (isakmp.isObject()) {
            line(text, "  ISAKMP SA %s:%s, %s, as %s%s, since %s, new keys at %s".formatted(
                    isakmp.path("initiatorCookie").asText(), isakmp.path("responderCookie").asText(),
                    isakmp.path("proposal").asText(), isakmp.path("role").asText(),
                    isakmp.path("natTraversal").asBoolean() ? ", NAT traversal" : "",
                    time(isakmp.path("established")), time(isakmp.path("rekeyAt"))));
        }
        failure(text, "  ", connection, name(connection));
        connection.path("tunnels").forEach(tunnel -> tunnel(text, tunnel, name(connection)));
    }

    private static void tunnel(StringBuilder text, JsonNode tunnel, String connection) {
        line(text, "  %s: %s since %s, %s === %s%s".formatted(name(tunnel), state(tunnel),
                time(tunnel.path("since")), tunnel.path("local").asText(), tunnel.path("remote").asText(),
                tunnel.has("interface") ? ", by routes into " + tunnel.path("interface").asText() : ""));
        takenDown(text, tunnel, connection + "/" + name(tunnel));
        JsonNode sa = tunnel.path("sa");
        if (sa.isObject()) {
            line(text, "    %s%s, since %s, new keys at %s".formatted(sa.path("proposal").asText(),
                    sa.path("udpEncapsulated").asBoolean() ? " in UDP" : "", time(sa.path("established")),
                    time(sa.path("rekeyAt"))));
            direction(text, "in ", sa.path("inbound"));
            direction(text, "out", sa.path("outbound"));
        }
        failure(text, "    ", tunnel, connection + "/" + name(tunnel));
    }

    private static void takenDown(StringBuilder text, JsonNode tunnel, String name) {
        JsonNode taken = tunnel.path("takenDown");
        if (taken.isObject()) {
            line(text, "    taken down by the operator, %s until 'vanth up %s'".formatted(
                    taken.path("refusesPeer").asBoolean()
                            ? "and the peer is refused,"
                            : "and only the peer brings it up,",
                    name));
        }
    }

    private static void direction(StringBuilder text, String way, JsonNode sa) {
        long dropped = sa.path("replayDrops").asLong() + sa.path("integrityFailures").asLong()
                + sa.path("selectorDrops").asLong();
        line(text, "    %s %s: %d packets, %d bytes%s".formatted(way, sa.path("spi").asText(),
                sa.path("packets").asLong(), sa.path("bytes").asLong(),
                dropped == 0 ? "" : ", %d dropped".formatted(dropped)));
    }

    private static void failure(StringBuilder text, String indent, JsonNode node, String name) {
        JsonNode failure = node.path("lastFailure");
        if (failure.isObject()) {
            line(text, "%slast failure at %s: %s (see: vanth explain %s)".formatted(indent,
                    time(failure.path("at")), failure.path("text").asText(), name));
        }
    }

    /// To the second.
    private static String time(JsonNode at) {
        return at.asText().replaceFirst("\\.\\d+Z$", "Z");
    }

    private static String name(JsonNode node) {
        return node.path("name").asText();
    }

    private static String state(JsonNode node) {
        return node.path("state").asText();
    }

    private static void line(StringBuilder text, String line) {
        text.append(Escaped.text(line)).append('\n');
    }
}
