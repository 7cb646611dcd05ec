package io.vanth.lab;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `vanth explain` says of the failures that the labs produce: a line for each, in their output.
final class ExplainTable {
    private static final Pattern CAUSE = Pattern.compile(
            "(?s)Probable causes?[^\\n]*\\n {4}(?<why>.*?)\\n {4}-> (?<remedy>.*?)(\\n {4}\\w|\\n\\n|$)");

    private ExplainTable() {}

    /// @param explanation of `vanth explain`, for people
    static void print(String cause, Role role, String explanation) {
        Matcher likeliest = CAUSE.matcher(explanation);
        List<String> said = likeliest.find()
                ? List.of(line(likeliest.group("why")), line(likeliest.group("remedy")))
                : List.of(line(explanation), "");
        System.out.printf("[explain] %-52s %-12s | %s | %s%n", cause, role, said.getFirst(), said.getLast());
    }

    private static String line(String wrapped) {
        return wrapped.strip().replaceAll("\\s+", " ");
    }
}
