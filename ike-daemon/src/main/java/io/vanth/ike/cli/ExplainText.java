package io.vanth.ike.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.vanth.ike.log.Escaped;
import java.util.ArrayList;
import java.util.List;

/// An explanation for people.
final class ExplainText {
    private static final int WIDTH = 100;
    /// Of a side in a table, where its words allow it.
    private static final int SIDE = 30;
    private static final String STRANGER = "unknown_peer";
    private static final String UNKNOWN = "(not told)";

    private final StringBuilder text = new StringBuilder();

    private ExplainText() {}

    /// @param all whether every failure is shown in full
    static String of(JsonNode account, boolean all) {
        var rendered = new ExplainText();
        rendered.account(account, all);
        return rendered.text.toString();
    }

    private void account(JsonNode account, boolean all) {
        JsonNode failures = account.path("failures");
        boolean history = account.path("state").asText().equals("up") || account.path("takenDown").asBoolean();
        line("%s %s%s".formatted(account.path("name").asText(), account.path("summary").asText(),
                failures.isEmpty() || !history ? "" : "; the last failure before:"));
        String before = "";
        for (int i = 0; i < failures.size(); i++) {
            if (i == 0 || all) {
                line("");
                failure(failures.get(i));
            } else {
                String group = failures.get(i).path("reason").asText().equals(STRANGER)
                        ? "Others that were refused"
                        : "Before that";
                if (!group.equals(before)) {
                    line("");
                    line(group + " (--all shows them in full):");
                    before = group;
                }
                line("  " + heading(failures.get(i)) + ": " + failures.get(i).path("text").asText());
            }
        }
    }

    private static String heading(JsonNode failure) {
        int times = failure.path("times").asInt();
        return failure.path("last").asText().replaceFirst("\\.\\d+Z$", "Z")
                + (failure.has("tunnel") ? "  tunnel " + failure.path("tunnel").asText() : "")
                + (times > 1
                        ? "  (%d times since %s)".formatted(times,
                                failure.path("first").asText().replaceFirst("\\.\\d+Z$", "Z"))
                        : "");
    }

    private void failure(JsonNode failure) {
        line(heading(failure));
        wrap("  ", "  ", failure.path("text").asText());
        if (failure.path("scene").isObject()) {
            line("");
            scene(failure.path("scene"));
        }
        failure.path("comparisons").forEach(this::comparison);
        line("");
        JsonNode causes = failure.path("causes");
        line(causes.size() > 1 ? "  Probable causes, the likeliest first" : "  Probable cause");
        causes.forEach(cause -> {
            wrap("    ", "    ", cause.path("why").asText());
            wrap("    -> ", "       ", cause.path("remedy").asText());
        });
    }

    private void scene(JsonNode scene) {
        field("stage", "%s, as %s".formatted(scene.path("stage").asText(), scene.path("role").asText()));
        field("addresses", "%s (ours) and %s".formatted(scene.path("local").asText(), scene.path("peer").asText()));
        field("cookies", "%s:%s%s".formatted(scene.path("initiatorCookie").asText(),
                scene.path("responderCookie").asText(),
                scene.has("messageId") ? ", message id " + scene.path("messageId").asText() : ""));
        int largest = scene.path("largestSent").asInt();
        field("messages", "%d sent again, %d of the peer's came again%s".formatted(scene.path("resent").asInt(),
                scene.path("repeated").asInt(), largest == 0 ? "" : ", our largest %d bytes".formatted(largest)));
        field("NAT", scene.path("nat").asText());
        List<String> said = new ArrayList<>();
        scene.path("peerSaid").forEach(each -> said.add(each.path("notification").asText()
                + (each.path("authenticated").asBoolean() ? " (authenticated)" : " (not authenticated)")));
        field("peer said", said.isEmpty() ? "nothing" : String.join(", ", said));
        scene.path("remarks").forEach(each -> field("remark", each.asText()));
    }

    private void field(String name, String value) {
        wrap("  %-10s ".formatted(name), " ".repeat(13), value);
    }

    private void comparison(JsonNode comparison) {
        JsonNode rows = comparison.path("rows");
        int names = width(rows, "what", comparison.path("title").asText().length() - 2);
        int ours = width(rows, "ours", "ours".length());
        int theirs = width(rows, "theirs", UNKNOWN.length());
        line("");
        row(comparison.path("title").asText(), "ours", "theirs", "", names + 2, ours, theirs, "  ");
        for (JsonNode each : rows) {
            List<String> left = lines("", "", each.path("ours").asText(), SIDE);
            List<String> right = lines("", "", each.path("theirs").asText(UNKNOWN), SIDE);
            for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
                row(i == 0 ? each.path("what").asText() : "", i < left.size() ? left.get(i) : "",
                        i < right.size() ? right.get(i) : "",
                        i == 0 && each.path("differs").asBoolean() ? "<- differs" : "", names, ours, theirs, "    ");
            }
        }
        comparison.path("notes").forEach(note -> wrap("    ", "      ", note.asText()));
    }

    private static int width(JsonNode rows, String field, int least) {
        int widest = least;
        for (JsonNode row : rows) {
            for (String each : lines("", "", row.path(field).asText(), SIDE)) {
                widest = Math.max(widest, Escaped.text(each).length());
            }
        }
        return widest;
    }

    private void row(String what, String ours, String theirs, String mark, int names, int left, int right,
            String indent) {
        line((indent + "%-" + names + "s  %-" + left + "s  %-" + right + "s  %s").formatted(Escaped.text(what),
                Escaped.text(ours), Escaped.text(theirs), mark));
    }

    private void wrap(String first, String next, String value) {
        lines(first, next, value, WIDTH).forEach(this::line);
    }

    /// Words of `value` in lines of at most `width`, where they allow it.
    private static List<String> lines(String first, String next, String value, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder(first);
        boolean fresh = true;
        for (String word : value.split(" ", -1)) {
            if (!fresh && current.length() + 1 + word.length() > width) {
                lines.add(current.toString());
                current = new StringBuilder(next);
                fresh = true;
            }
            current.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        lines.add(current.toString());
        return lines;
    }

    private void line(String line) {
        text.append(Escaped.text(line).stripTrailing()).append('\n');
    }
}
