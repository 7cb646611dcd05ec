package io.vanth.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

import static org.junit.jupiter.api.Assertions.assertFalse;

/// `docker compose` of today, which the stable distribution does not have, on the project's own file.
final class Compose {
    private static final Path FOLDER = Path.of("target", "docker-compose").toAbsolutePath();
    /// Where Docker's command line looks for `cli-plugins`.
    private static final Path HOME = FOLDER.resolve("root/usr/libexec/docker");

    private final ContainerEngine engine;
    private final Path file;
    private final String debian;

    /// @param debian the image that everything is made of
    Compose(ContainerEngine engine, Path file, String debian) {
        this.engine = engine;
        this.file = file;
        this.debian = debian;
    }

    /// Fetches it where it is wanted by all means; where it is not and is not here, the test is skipped.
    static void require() {
        if (!Files.exists(HOME.resolve("cli-plugins/docker-compose"))) {
            Assumptions.assumeTrue(Preconditions.required(),
                    "no docker-compose 2 is in %s: VANTH_LABS=required fetches it".formatted(FOLDER));
            Optional<String> refusal = Unstable.unpack(FOLDER, "docker-compose docker-buildx");
            assertFalse(refusal.isPresent(), () -> "docker-compose cannot be had: " + refusal.orElseThrow());
        }
    }

    /// With the modules of this build, and without a registry.
    Command command(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "compose";
        all[1] = "--file";
        all[2] = file.toString();
        System.arraycopy(words, 0, all, 3, words.length);
        return engine.docker(all).environment(Map.of("DOCKER_CONFIG", HOME.toString(), "MODULES", "prebuilt",
                "JDK_IMAGE", debian, "BASE_IMAGE", debian));
    }
}
