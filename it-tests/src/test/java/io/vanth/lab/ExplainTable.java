package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What `vanth explain` says of the failures that the labs produce: a line for each, in their output.
final class ExplainTable {
    private static final Pattern CAUSES = Pattern.compile("(?s)Probable causes?[^\\n]*(?<all>\\n.*?)(\\n\\n|$)");
    private static final Pattern CAUSE = Pattern.compile(
            "(?s)\\n {4}(?<why>\\w.*?)\\n {4}-> (?<remedy>.*?)(?=\\n {4}\\w|$)");

    private ExplainTable() {}

    /// @param explanation of `vanth explain`, for people
    static void print(String cause, Role role, String explanation) {
        print(cause, role, explanation, List.of());
    }

    /// The first cause that says what is wanted, or whose remedy does, and the how manieth it is; else the likeliest.
    static void print(String cause, Role role, String explanation, List<String> wanted) {
        List<String> causes = causes(explanation);
        print(cause, role.toString(), causes.isEmpty() ? List.of(line(explanation) + " | ") : causes, wanted);
    }

    /// The same of an account that was told of a capture.
    static void print(String cause, JsonNode account, List<String> wanted) {
        List<String> causes = account.at("/failures/0/causes").valueStream()
                .map(each -> each.path("why").asText() + " | " + each.path("remedy").asText()).toList();
        print(cause, "from capture", causes.isEmpty() ? List.of(account.path("summary").asText() + " | ") : causes,
                wanted);
    }

    static void print(String cause, String teller, List<String> said, List<String> wanted) {
        int named = IntStream.range(0, said.size())
                .filter(each -> wanted.stream().anyMatch(said.get(each)::contains)).findFirst().orElse(0);
        String rank = named > 0 ? " (%d of %d)".formatted(named + 1, said.size()) : "";
        System.out.printf("[explain] %-52s %-12s | %s%s%n", cause, teller, said.get(named), rank);
    }

    private static List<String> causes(String explanation) {
        Matcher all = CAUSES.matcher(explanation.stripTrailing());
        return all.find()
                ? CAUSE.matcher(all.group("all")).results()
                        .map(each -> line(each.group("why")) + " | " + line(each.group("remedy"))).toList()
                : List.of();
    }

    private static String line(String wrapped) {
        return wrapped.strip().replaceAll("\\s+", " ");
    }
}
