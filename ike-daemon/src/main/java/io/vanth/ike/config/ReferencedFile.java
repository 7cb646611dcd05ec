package io.vanth.ike.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Reads the files that the configuration names, and says what is wrong with them.
///
/// @param folder where names begin that are not absolute
record ReferencedFile(Path folder) {
    private static final int LONGEST_OPEN = 4 * 1024 * 1024;
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /// A file that only its owner may read, or empty after a finding.
    Optional<byte[]> secret(Section place, int longest) {
        return read(place, longest, true, "put the key into it and set its mode to 0600");
    }

    /// A file that everybody may read, or empty after a finding.
    Optional<byte[]> open(Section place) {
        return read(place, LONGEST_OPEN, false, "names are relative to the folder of this configuration");
    }

    private Optional<byte[]> read(Section place, int longest, boolean secret, String whenAbsent) {
        Path file = folder.resolve(place.node().asText());
        try {
            if (Files.isDirectory(file)) {
                place.error(file + " is a directory", secret
                        ? "name a file in it, whose mode is 0600"
                        : "name a file in it");
                return Optional.empty();
            }
            if (!Files.isRegularFile(file)) {
                place.error("there is no file " + file, whenAbsent);
                return Optional.empty();
            }
            if (secret && isForOthers(file)) {
                place.error("others than its owner can use " + file, "chmod 600 " + file);
                return Optional.empty();
            }
            if (Files.size(file) > longest) {
                place.error("%s is longer than %d bytes".formatted(file, longest), "is it the right file?");
                return Optional.empty();
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (AccessDeniedException denied) {
            place.error(file + " may not be read by this user", "run vanth as its owner");
            return Optional.empty();
        } catch (IOException bad) {
            place.error("%s cannot be read: %s".formatted(file, bad.getMessage()), "");
            return Optional.empty();
        }
    }

    private static boolean isForOthers(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.retainAll(FOR_OTHERS);
        return !permissions.isEmpty();
    }
}
