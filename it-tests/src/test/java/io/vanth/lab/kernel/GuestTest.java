package io.vanth.lab.kernel;

import io.vanth.lab.kernel.GuestLine.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// What became of a test in the guest.
///
/// @param name the class and what is below it, with ` > ` between
/// @param end  its last line; empty where the guest ended before the test did
public record GuestTest(String name, Optional<End> end) {
    /// How it ended.
    ///
    /// @param text why it was skipped, or its stack trace
    record End(Kind kind, String text, long millis) {}

    /// Fails as the test failed in the guest, and is skipped as it was.
    ///
    /// @param console shown when the guest ended before the test did
    public void repeat(String console) {
        End known = end.orElseThrow(() -> new AssertionError("the guest ended before this test did\n" + console));
        switch (known.kind()) {
            case PASSED -> {
            }
            case SKIPPED -> Assumptions.abort(known.text());
            case FAILED -> throw new AssertionError("in the guest: " + known.text());
            case ANNOUNCED, ENDED -> throw new AssertionError(known.kind() + " is not the end of a test");
        }
    }

    /// With the time it took.
    public String label() {
        return end.map(known -> "%s (%d ms)".formatted(name, known.millis())).orElse(name);
    }

    static Collection<GuestTest> of(Stream<GuestLine> lines) {
        Map<String, GuestTest> tests = new LinkedHashMap<>();
        lines.filter(line -> line.kind() != Kind.ENDED).forEach(line -> tests.put(line.id(),
                new GuestTest(line.name(), line.kind() == Kind.ANNOUNCED
                        ? Optional.empty()
                        : Optional.of(new End(line.kind(), line.text(), line.millis())))));
        return tests.values();
    }
}
