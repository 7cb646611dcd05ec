package io.vanth.ike.manual;

import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SecurityProtocol;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One layer of what a policy wants, in the words of setkey: `esp/tunnel/192.0.2.1-192.0.2.2/require`.
///
/// @param ends     of a tunnel always; of transport mode empty for those of the packet, or of the tunnel inside
/// @param required whether packets are dropped while there is no SA for it
/// @param number   the only SAs that it takes
public record ManualLayer(SecurityProtocol protocol, Mode mode, Optional<Ends> ends, boolean required,
        OptionalInt number) {
    private static final Pattern WORDS = Pattern.compile("(esp|ah|ipcomp)/(tunnel|transport)/([^/]*)(?:/([^/]*))?");
    private static final Pattern UNIQUE = Pattern.compile("unique:(\\d{1,5})");
    private static final String EXAMPLE = "esp/tunnel/192.0.2.1-192.0.2.2/require";

    /// Reads a layer; throws `IllegalArgumentException` that says what is wrong with it.
    public static ManualLayer parse(String text) {
        Matcher words = WORDS.matcher(text.strip());
        if (!words.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no layer of protection as %s or ah/transport//use".formatted(text, EXAMPLE));
        }
        Mode mode = Mode.valueOf(words.group(2).toUpperCase(Locale.ROOT));
        Optional<Ends> ends = words.group(3).isEmpty() ? Optional.empty() : Optional.of(ends(words.group(3)));
        if (mode == Mode.TUNNEL && ends.isEmpty()) {
            throw new IllegalArgumentException("'%s' does not say between whom, as %s does".formatted(text, EXAMPLE));
        }
        String level = words.group(4) == null ? "" : words.group(4);
        return new ManualLayer(SecurityProtocol.valueOf(words.group(1).toUpperCase(Locale.ROOT)), mode, ends,
                !level.equals("use"), number(level));
    }

    private static Ends ends(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("'%s' are no two addresses as 192.0.2.1-192.0.2.2".formatted(text));
        }
        InetAddress local = InetAddress.ofLiteral(text.substring(0, dash));
        InetAddress remote = InetAddress.ofLiteral(text.substring(dash + 1));
        if (local.getAddress().length != remote.getAddress().length) {
            throw new IllegalArgumentException("'%s': both ends must be IPv4 or both IPv6".formatted(text));
        }
        return new Ends(local, remote);
    }

    private static OptionalInt number(String level) {
        Matcher unique = UNIQUE.matcher(level);
        if (unique.matches()) {
            return OptionalInt.of(Integer.parseInt(unique.group(1)));
        }
        return switch (level) {
            case "", "default", "require", "use" -> OptionalInt.empty();
            case "unique" -> throw new IllegalArgumentException(
                    "'unique' does not say by which SAs: write unique:7, and id: 7 in the associations");
            default -> throw new IllegalArgumentException(
                    "'%s' is no level: there are use, require, default and unique:NUMBER".formatted(level));
        };
    }

    @Override
    public String toString() {
        return "%s/%s/%s/%s".formatted(protocol, mode, ends.map(Ends::toString).orElse(""),
                number.isPresent() ? "unique:" + number.getAsInt() : required ? "require" : "use")
                .toLowerCase(Locale.ROOT);
    }
}
