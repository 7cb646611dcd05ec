package io.vanth.ike.config;

import io.vanth.ike.policy.Hooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// Reads which programs are run for the tunnels of a connection. Who can change such a program can do what the daemon can.
///
/// @param folder where names begin that are not absolute
record HookReader(Path folder) {
    /// The programs, or empty after a finding.
    Optional<Hooks> read(Section place) {
        Optional<String> up = program(place, "up");
        Optional<String> down = program(place, "down");
        boolean complete = up.isPresent() == place.has("up") && down.isPresent() == place.has("down");
        return complete ? Optional.of(new Hooks(up, down)) : Optional.empty();
    }

    private Optional<String> program(Section place, String key) {
        return place.text(key).map(folder::resolve).map(Path::normalize)
                .filter(program -> usable(place.section(key), program)).map(Path::toString);
    }

    private static boolean usable(Section place, Path program) {
        if (!Files.isRegularFile(program)) {
            place.error("there is no file " + program, "names are relative to the folder of this configuration");
            return false;
        }
        if (!Files.isExecutable(program)) {
            place.error(program + " cannot be executed by this user", "chmod 755 " + program);
            return false;
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(program);
            if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                place.error("others than its owner can change " + program, "chmod go-w " + program);
                return false;
            }
            return true;
        } catch (IOException bad) {
            place.error("the permissions of %s cannot be read: %s".formatted(program, bad.getMessage()), "");
            return false;
        }
    }
}
