package io.vanth.ike.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/// One line for each event: text for people, or a JSON object. For the journal each begins with its priority, and text has
/// no time of its own.
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    /// The name of what happened, for programs; people read the message.
    static final String EVENT = "event";
    /// Why; people often read it in the message.
    static final String REASON = "reason";
    private static final byte[] NOTHING = new byte[0];

    private final boolean json;
    private final boolean journal;

    /// @param journal whether the lines go to systemd's journal
    LineEncoder(boolean json, boolean journal) {
        this.json = json;
        this.journal = journal;
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String lines = json ? json(event) : text(event);
        return (journal ? marked(lines, event.getLevel()) : lines).getBytes(StandardCharsets.UTF_8);
    }

    /// Each of them is an entry of its own.
    private static String marked(String lines, Level level) {
        String mark = Journal.priority(org.slf4j.event.Level.valueOf(level.toString()));
        return lines.replaceAll("(?m)^(?=.)", mark);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private String text(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160).append(journal ? "" : event.getInstant() + " ")
                .append("%-5s ".formatted(event.getLevel())).append(Escaped.text(event.getFormattedMessage()));
        for (KeyValuePair pair : pairs(event)) {
            if (pair.key.equals(EVENT)
                    || pair.key.equals(REASON) && event.getFormattedMessage().contains(String.valueOf(pair.value))) {
                continue;
            }
            line.append(' ').append(pair.key).append('=').append(word(String.valueOf(pair.value)));
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy()).lines()
                    .forEach(frame -> line.append("    ").append(Escaped.text(frame)).append('\n'));
        }
        return line.toString();
    }

    /// As one word to programs that split lines at spaces.
    private static String word(String value) {
        return value.indexOf(' ') < 0 ? Escaped.text(value) : Escaped.json(value);
    }

    private static String json(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(240).append("{\"time\":\"").append(event.getInstant())
                .append("\",\"level\":\"").append(event.getLevel().toString().toLowerCase(Locale.ROOT))
                .append("\",\"message\":").append(Escaped.json(event.getFormattedMessage()));
        for (KeyValuePair pair : pairs(event)) {
            line.append(",\"").append(pair.key).append("\":").append(value(pair.value));
        }
        if (event.getThrowableProxy() != null) {
            line.append(",\"error\":").append(Escaped.json(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return line.append("}\n").toString();
    }

    private static String value(Object value) {
        return value instanceof Number ? value.toString() : Escaped.json(String.valueOf(value));
    }

    private static List<KeyValuePair> pairs(ILoggingEvent event) {
        return event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
    }
}
