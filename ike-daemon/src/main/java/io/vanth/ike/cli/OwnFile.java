package io.vanth.ike.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// Files with secrets, which only their owner may use.
final class OwnFile {
    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private OwnFile() {}

    /// Throws a refusal when others can use it.
    static void check(Path file) throws IOException, Refusal {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(Files.getPosixFilePermissions(file));
        permissions.retainAll(FOR_OTHERS);
        if (!permissions.isEmpty()) {
            throw new Refusal("others than its owner can use %s, which may have keys: chmod 600 %s".formatted(file,
                    file));
        }
    }
}
