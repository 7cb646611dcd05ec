package io.vanth.ike.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/// Distinguished names as text, in the order of their encoding and of strongSwan and openssl: `C=DE, O=Example, CN=gw`. RFC
/// 2253, which the JDK reads and writes, has the reverse order.
final class NameSpelling {
    private static final Map<String, String> KEYWORDS = Map.of("E", "1.2.840.113549.1.9.1", "EMAIL",
            "1.2.840.113549.1.9.1");
    private static final Map<String, String> NAMES = Map.of("1.2.840.113549.1.9.1", "EMAILADDRESS", "2.5.4.5",
            "SERIALNUMBER", "2.5.4.42", "GIVENNAME", "2.5.4.4", "SURNAME", "2.5.4.12", "T", "2.5.4.46", "DNQ");

    private NameSpelling() {}

    /// The DER encoding; throws `IllegalArgumentException` for what is no name.
    static byte[] parse(String text) {
        return new X500Principal(reversed(text, ","), KEYWORDS).getEncoded();
    }

    /// The text of a DER encoding; throws `IllegalArgumentException` for what is none.
    static String of(byte[] encoded) {
        return reversed(new X500Principal(encoded).getName(X500Principal.RFC2253, NAMES), ", ");
    }

    private static String reversed(String text, String between) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int index = 0; index < text.length(); index++) {
            switch (text.charAt(index)) {
                case '\\' -> index++;
                case '"' -> quoted = !quoted;
                case ',', ';' -> {
                    if (!quoted) {
                        parts.add(text.substring(start, index).strip());
                        start = index + 1;
                    }
                }
                default -> {
                }
            }
        }
        parts.add(text.substring(start).stripLeading());
        Collections.reverse(parts);
        return String.join(between, parts);
    }
}
