package io.vanth.ike.decode;

import io.vanth.dataplane.Secret;
import io.vanth.ike.wire.Bytes;
import io.vanth.ike.wire.Cookie;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The encryption keys of ISAKMP SAs by the initiator's cookie, as Wireshark keeps them in `ikev1_decryption_table`: a
/// line for each, the cookie, a comma and the key, in hexadecimal digits. Owns the keys.
public final class KeyTable implements AutoCloseable {
    private static final Pattern LINE = Pattern
            .compile("\"?([0-9a-fA-F]{16})\"?\\s*,\\s*\"?((?:[0-9a-fA-F]{2})+)\"?");

    private final Map<Cookie, Secret> keys = new HashMap<>();

    private KeyTable() {}

    /// A table without keys.
    public static KeyTable empty() {
        return new KeyTable();
    }

    /// Reads a table; `#` starts a comment.
    ///
    /// @throws IOException if the file cannot be read, or a line is no entry; the message names the line, never its content
    public static KeyTable read(Path file) throws IOException {
        var table = new KeyTable();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            var entry = LINE.matcher(line);
            if (entry.matches()) {
                table.put(entry.group(1), entry.group(2));
            } else if (!line.isEmpty()) {
                table.close();
                throw new IOException("line %d is not cookie,key in hexadecimal digits".formatted(i + 1));
            }
        }
        return table;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException binary) {
            throw new IOException("it is not text", binary);
        }
    }

    private void put(String cookie, String key) {
        Secret former = keys.put(new Cookie(Bytes.ofHex(cookie).longAt(0)), Secret.owning(Bytes.ofHex(key).toArray()));
        if (former != null) {
            former.close();
        }
    }

    /// The key of an ISAKMP SA; it stays the table's.
    Optional<Secret> of(Cookie initiator) {
        return Optional.ofNullable(keys.get(initiator));
    }

    @Override
    public void close() {
        keys.values().forEach(Secret::close);
    }
}
