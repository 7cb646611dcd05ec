package io.vanth.lab;

import java.util.ArrayList;
import java.util.List;

/// One way to the API, as curl goes it.
///
/// @param base  what stands before a path
/// @param words how to get in
record Curl(Vanth vanth, String base, List<String> words) {
    /// What came back.
    record Answer(int code, String head, String body) {
        String type() {
            return head.lines().map(each -> each.split(": ", 2))
                    .filter(each -> each[0].equalsIgnoreCase("content-type"))
                    .map(each -> each[1].strip()).findFirst().orElse("");
        }

        String all() {
            return head + body;
        }
    }

    static Curl socket(Vanth vanth) {
        return new Curl(vanth, "http://vanth", List.of("--unix-socket", vanth.socket().toString()));
    }

    /// The same way, with more words.
    Curl with(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return new Curl(vanth, base, all);
    }

    /// Asks; how it ends is for the caller, as a stream never does.
    Command.Result run(String method, String path, String... more) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-i", "-X", method));
        command.addAll(words);
        command.addAll(List.of(more));
        command.add(base + path);
        return Command.of(command).in(vanth.site().gateway().name()).run();
    }

    Answer ask(String method, String path, String... more) {
        Command.Result result = run(method, path, more);
        if (!result.output().startsWith("HTTP/")) {
            throw new AssertionError("%s %s%s: %s%n%s".formatted(method, base, path, result.all(), vanth.log()));
        }
        return parse(result.output());
    }

    static Answer parse(String output) {
        String[] parts = output.split("\r\n\r\n", 2);
        return new Answer(Integer.parseInt(parts[0].split(" ", 3)[1]), parts[0], parts.length < 2 ? "" : parts[1]);
    }
}
