package io.vanth.ike.session;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One behaviour as a text: what it is (`#`), how the two ends are configured (`a: dpd 5s/15s clear`), and blocks of
/// commands with what they lead to behind `----`.
///
/// @param head   the lines before the first block, as they stand
/// @param blocks what is done, and what is expected of it
record Transcript(List<String> head, List<Block> blocks) {
    private static final String EXPECTATION = "----";

    /// Commands, and the lines that they lead to. Lines that begin with `#` are remarks.
    record Block(List<String> commands, List<String> expected) {
        String text() {
            return Stream.of(commands.stream(), Stream.of(EXPECTATION), expected.stream()).flatMap(each -> each)
                    .map(line -> line + "\n").collect(Collectors.joining());
        }
    }

    static Transcript parse(List<String> lines) {
        var paragraphs = new ArrayList<List<String>>();
        var current = new ArrayList<String>();
        for (String line : Stream.concat(lines.stream(), Stream.of("")).toList()) {
            if (!line.isBlank()) {
                current.add(line.strip());
            } else if (!current.isEmpty()) {
                paragraphs.add(List.copyOf(current));
                current.clear();
            }
        }
        return new Transcript(paragraphs.getFirst(),
                paragraphs.stream().skip(1).map(Transcript::block).toList());
    }

    private static Block block(List<String> lines) {
        int divider = lines.indexOf(EXPECTATION);
        if (divider < 0) {
            throw new IllegalArgumentException("no %s in the block that begins with: %s".formatted(EXPECTATION,
                    lines.getFirst()));
        }
        return new Block(lines.subList(0, divider), lines.subList(divider + 1, lines.size()));
    }

    /// The configuration of one end: `word value` each.
    List<String> settings(String end) {
        return head.stream().filter(line -> line.startsWith(end + ":"))
                .map(line -> line.substring(end.length() + 1).strip()).toList();
    }

    /// What the behaviour is, in one sentence.
    String sentence() {
        return head.stream().takeWhile(line -> line.startsWith("#")).map(line -> line.substring(1).strip())
                .collect(Collectors.joining(" "));
    }

    String text() {
        return Stream.concat(Stream.of(head.stream().map(line -> line + "\n").collect(Collectors.joining())),
                blocks.stream().map(Block::text)).collect(Collectors.joining("\n"));
    }
}
