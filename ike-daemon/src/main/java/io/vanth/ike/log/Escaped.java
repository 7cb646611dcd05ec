package io.vanth.ike.log;

/// Makes text of strangers harmless in a line: control and formatting characters become visible escapes.
public final class Escaped {
    private Escaped() {}

    /// `text` without line breaks, terminal sequences or direction marks.
    public static String text(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(safe, point));
        return safe.toString();
    }

    private static void append(StringBuilder safe, int point) {
        switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED ->
                safe.append(point < 0x100 ? "\\x%02x".formatted(point) : "\\u{%x}".formatted(point));
            default -> safe.appendCodePoint(point);
        }
    }

    /// `text` as a JSON string with its quotes.
    public static String json(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 2).append('"');
        text.chars().forEach(unit -> appendJson(safe, unit));
        return safe.append('"').toString();
    }

    private static void appendJson(StringBuilder safe, int unit) {
        if (unit == '"' || unit == '\\') {
            safe.append('\\').append((char) unit);
        } else if (isSpecial(unit)) {
            safe.append("\\u%04x".formatted(unit));
        } else {
            safe.append((char) unit);
        }
    }

    private static boolean isSpecial(int unit) {
        int type = Character.getType((char) unit);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
