package io.vanth.ike.config;

import io.vanth.dataplane.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Fetches a pre-shared key from where the file says it is, and says what is unsafe about it.
record SecretReader(Path folder, Surroundings surroundings) {
    /// Shorter keys are guessed offline from one recorded handshake (CVE-2018-5389).
    private static final int SHORTEST_GOOD = 16;
    private static final int LONGEST_FILE = 4096;
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /// The key at `place`, or empty after a finding.
    Optional<Secret> read(Section place) {
        Optional<byte[]> bytes;
        if (place.node().isTextual()) {
            place.warning("the key stands in the configuration itself", "move it to a file: psk: {file: NAME.psk}");
            bytes = Optional.of(place.node().asText().getBytes(StandardCharsets.UTF_8));
        } else if (place.has("file")) {
            bytes = fromFile(place.section("file"));
        } else {
            bytes = fromEnvironment(place.section("env"));
        }
        return bytes.flatMap(found -> judge(place, found));
    }

    private Optional<byte[]> fromFile(Section place) {
        Path file = folder.resolve(place.node().asText());
        try {
            if (Files.isDirectory(file)) {
                place.error(file + " is a directory", "name a file in it, whose mode is 0600");
                return Optional.empty();
            }
            if (!Files.isRegularFile(file)) {
                place.error("there is no file " + file, "put the key into it and set its mode to 0600");
                return Optional.empty();
            }
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.retainAll(FOR_OTHERS);
            if (!permissions.isEmpty()) {
                place.error("others than its owner can use " + file, "chmod 600 " + file);
                return Optional.empty();
            }
            if (Files.size(file) > LONGEST_FILE) {
                place.error("%s is longer than %d bytes".formatted(file, LONGEST_FILE), "is it the right file?");
                return Optional.empty();
            }
            byte[] all = Files.readAllBytes(file);
            byte[] key = withoutNewline(all);
            Arrays.fill(all, (byte) 0);
            return Optional.of(key);
        } catch (AccessDeniedException denied) {
            place.error(file + " may not be read by this user", "run vanth as its owner");
            return Optional.empty();
        } catch (IOException bad) {
            place.error("%s cannot be read: %s".formatted(file, bad.getMessage()), "");
            return Optional.empty();
        }
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

    private static Optional<Secret> judge(Section place, byte[] key) {
        if (key.length == 0) {
            place.error("the pre-shared key is empty", "make one with: openssl rand -base64 32");
            return Optional.empty();
        }
        if (key.length < SHORTEST_GOOD) {
            place.warning("the pre-shared key has only %d bytes: who records a handshake can guess it"
                    .formatted(key.length), "make a longer one with: openssl rand -base64 32");
        }
        return Optional.of(Secret.owning(key));
    }
}
