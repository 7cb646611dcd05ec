package io.vanth.ike.decode;

import io.vanth.ike.wire.Bytes;

/// Text of a peer, made harmless: printable ASCII stands for itself, a backslash is doubled, and every other byte becomes
/// `\xNN`, so that no terminal, log or reader takes it for anything but text.
final class EscapedText {
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7e;

    private EscapedText() {}

    static String of(Bytes bytes) {
        var text = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            int octet = bytes.at(i);
            if (octet == '\\') {
                text.append("\\\\");
            } else if (octet >= FIRST_PRINTABLE && octet <= LAST_PRINTABLE) {
                text.append((char) octet);
            } else {
                text.append("\\x%02x".formatted(octet));
            }
        }
        return text.toString();
    }
}
