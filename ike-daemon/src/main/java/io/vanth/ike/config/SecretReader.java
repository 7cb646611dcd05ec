package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import io.vanth.ike.policy.Risk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Fetches a pre-shared key from where the file says it is, and says what is unsafe about it.
record SecretReader(Path folder, Surroundings surroundings) {
    /// Shorter keys are guessed offline from one recorded handshake (CVE-2018-5389).
    private static final int SHORTEST_GOOD = 16;
    private static final String MAKE_ONE = "make one with: openssl rand -base64 32";
    private static final int LONGEST_FILE = 4096;
    private static final int HEX = 16;

    /// The key at `place`, or empty after a finding.
    Optional<Secret> read(Section place, RiskReader risks) {
        Optional<byte[]> bytes;
        if (place.node().isTextual()) {
            place.warning("the key stands in the configuration itself", "move it to a file: psk: {file: NAME.psk}");
            bytes = Optional.of(place.node().asText().getBytes(StandardCharsets.UTF_8));
        } else if (place.has("file")) {
            bytes = fromFile(place.section("file"));
        } else {
            bytes = fromEnvironment(place.section("env"));
        }
        return bytes.flatMap(found -> judge(place, found, risks));
    }

    /// What opens a private key: the text at `place`, whatever its strength, or empty after a finding.
    Optional<Secret> password(Section place) {
        return (place.has("file") ? fromFile(place.section("file")) : fromEnvironment(place.section("env")))
                .map(Secret::owning);
    }

    /// A key in hex, at `place` itself or in the file that it names, or empty after a finding.
    Optional<Secret> hex(Section place, int bytes) {
        Optional<byte[]> digits;
        if (place.has("file")) {
            digits = fromFile(place.section("file"));
        } else {
            place.warning("the key stands in the configuration itself", "move it to a file: key: {file: NAME.key}");
            digits = Optional.of(place.node().asText().getBytes(StandardCharsets.US_ASCII));
        }
        return digits.flatMap(text -> fromHex(place, text, bytes));
    }

    private static Optional<Secret> fromHex(Section place, byte[] text, int bytes) {
        int start = text.length > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
        byte[] key = new byte[(text.length - start) / 2];
        boolean good = key.length > 0 && (text.length - start) % 2 == 0;
        for (int index = start; good && index < text.length; index++) {
            int digit = Character.digit(text[index], HEX);
            good = digit >= 0;
            key[(index - start) / 2] = (byte) (key[(index - start) / 2] * HEX + digit);
        }
        Arrays.fill(text, (byte) 0);
        if (!good) {
            Arrays.fill(key, (byte) 0);
            place.error("the key is not written in pairs of hex digits",
                    "make one with: openssl rand -hex " + bytes);
            return Optional.empty();
        }
        return Optional.of(Secret.owning(key));
    }

    private Optional<byte[]> fromFile(Section place) {
        return new ReferencedFile(folder).secret(place, LONGEST_FILE).map(all -> {
            byte[] key = withoutNewline(all);
            Arrays.fill(all, (byte) 0);
            return key;
        });
    }

    private static byte[] withoutNewline(byte[] all) {
        int end = all.length;
        if (end > 0 && all[end - 1] == '\n') {
            end--;
            if (end > 0 && all[end - 1] == '\r') {
                end--;
            }
        }
        return Arrays.copyOf(all, end);
    }

    private Optional<byte[]> fromEnvironment(Section place) {
        String variable = place.node().asText();
        Optional<String> value = surroundings.environment().apply(variable);
        if (value.isEmpty()) {
            place.error("the environment variable %s is not set".formatted(variable), "");
        }
        return value.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Secret> judge(Section place, byte[] key, RiskReader risks) {
        if (key.length == 0) {
            place.error("the pre-shared key is empty", MAKE_ONE);
            return Optional.empty();
        }
        Optional<String> guessable = GuessableKey.reason(key);
        if (guessable.isPresent()
                && !risks.judge(place, Risk.GUESSABLE_PRE_SHARED_KEY, guessable.get(), MAKE_ONE)) {
            Arrays.fill(key, (byte) 0);
            return Optional.empty();
        }
        if (guessable.isEmpty() && key.length < SHORTEST_GOOD) {
            place.warning("the pre-shared key has only %d bytes: who records a handshake can guess it"
                    .formatted(key.length), MAKE_ONE);
        }
        return Optional.of(Secret.owning(key));
    }
}
