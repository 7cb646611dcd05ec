package io.vanth.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The table of proofs names every requirement, and tests that are there.
final class ProofsTest {
    private static final Path HOME = Path.of(System.getProperty("vanth.home", "..")).toAbsolutePath().normalize();
    /// Tests are in it, though it is no class of tests by itself.
    private static final String CLASS = "(?:@Test|@ParameterizedTest|@TestFactory|@FuzzTest|extends \\w*Contract)\\b";

    static List<Proofs> proofs() {
        return Proofs.all();
    }

    @Test
    void everyRequirementHasALine() {
        List<String> wanted = Stream.concat(IntStream.rangeClosed(1, 20).mapToObj(number -> "D-" + number),
                IntStream.rangeClosed(24, 26).mapToObj(number -> "S-" + number)).toList();
        assertEquals(wanted, Proofs.all().stream().map(Proofs::requirement).filter(wanted::contains).toList());
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void everyProofIsThere(Proofs proofs) throws IOException {
        assertTrue(!proofs.places().isEmpty(), proofs.requirement());
        for (Proofs.Place place : proofs.places()) {
            String source = source(place.type());
            // Only tests are declared like this: others are private or static.
            Pattern pattern = Pattern.compile(place.method().isEmpty()
                    ? CLASS
                    : "(?m)^    (?:void|Stream<\\w+>) %s\\(".formatted(place.method()));
            assertTrue(pattern.matcher(source).find(), place + " is no test");
        }
    }

    /// The text of the only class of tests that bears this name.
    private static String source(String type) throws IOException {
        try (Stream<Path> modules = Files.list(HOME)) {
            List<Path> sources = modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory)
                    .flatMap(folder -> named(folder, type + ".java")).toList();
            assertEquals(1, sources.size(), type);
            return Files.readString(sources.getFirst());
        }
    }

    private static Stream<Path> named(Path folder, String name) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
