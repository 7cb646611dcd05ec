package io.vanth.lab;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The keys in a log of charon that was told to write them: a line with a name and a length, then the bytes.
final class KeyLog {
    private static final Pattern HEAD = Pattern
            .compile("\\] <?.*?(SKEYID\\w*|[^>]*(?:key|secret)[^>]*) => (\\d+) bytes @");
    private static final Pattern BYTES = Pattern.compile("\\s{1,}\\d+: ((?:[0-9A-F]{2} )+)");
    /// Shorter ones could be anywhere by chance.
    private static final int SHORTEST = 8;

    private KeyLog() {}

    /// Every key by its name.
    static Map<String, byte[]> keys(String log) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        List<String> lines = log.lines().toList();
        for (int index = 0; index < lines.size(); index++) {
            var head = HEAD.matcher(lines.get(index));
            if (head.find() && Integer.parseInt(head.group(2)) >= SHORTEST) {
                keys.put(head.group(1).strip() + " at line " + index,
                        bytes(lines.subList(index + 1, lines.size()), Integer.parseInt(head.group(2))));
            }
        }
        return keys;
    }

    private static byte[] bytes(List<String> lines, int length) {
        String hex = lines.stream().limit((length + 15) / 16).map(line -> {
            var bytes = BYTES.matcher(line);
            if (!bytes.find()) {
                throw new AssertionError("no bytes: " + line);
            }
            return bytes.group(1).replace(" ", "");
        }).collect(Collectors.joining());
        return Arrays.copyOf(HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT)), length);
    }
}
