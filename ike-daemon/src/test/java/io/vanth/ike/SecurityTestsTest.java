package io.vanth.ike;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The table of attack classes tells the truth: each has its tests, and they name it.
class SecurityTestsTest {
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern ROW = Pattern.compile("\\| S-(\\d+) \\|.*\\|.*\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");
    /// What concerns this module: S-24 to S-26 are about data planes.
    private static final int LAST = 23;

    private static Map<String, Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(each -> each.toString().endsWith("Test.java")).collect(Collectors
                    .toMap(each -> each.getFileName().toString().replace(".java", ""), Function.identity()));
        }
    }

    @Test
    void every_class_of_attack_has_tests_that_name_it() throws IOException {
        Map<String, Path> sources = sources();
        List<Integer> seen = new ArrayList<>();
        for (String line : Files.readAllLines(TESTS.resolve("io/vanth/ike/security-tests.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                seen.add(Integer.parseInt(row.group(1)));
                assertNamed("S-" + row.group(1), line, sources);
            }
        }
        assertEquals(IntStream.rangeClosed(1, LAST).boxed().toList(), seen);
    }

    private static void assertNamed(String id, String line, Map<String, Path> sources) throws IOException {
        List<String> tests = TEST.matcher(line).results().map(each -> each.group(1)).toList();
        assertTrue(!tests.isEmpty(), id + " has no test");
        for (String test : tests) {
            assertTrue(sources.containsKey(test), () -> id + ": there is no " + test);
            String source = Files.readString(sources.get(test));
            assertTrue(Pattern.compile("%s(?!\\d)|void %s_".formatted(id, id.toLowerCase(Locale.ROOT).replace("-", "")))
                    .matcher(source).find(), () -> test + " does not name " + id);
        }
    }
}
