package io.vanth.lab.kernel;

import io.vanth.lab.kernel.GuestLine.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Writes what becomes of each test at once, so that it is known if the guest dies after it.
final class GuestReporter implements TestExecutionListener {
    private final Writer report;
    private final Map<String, Long> started = new HashMap<>();
    private TestPlan plan;

    GuestReporter(Writer report) {
        this.report = report;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan all) {
        plan = all;
        all.getRoots().stream().flatMap(root -> all.getDescendants(root).stream()).filter(TestIdentifier::isTest)
                .forEach(test -> write(Kind.ANNOUNCED, test, ""));
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
        if (test.isTest()) {
            write(Kind.ANNOUNCED, test, "");
        }
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test.getUniqueId(), System.nanoTime());
    }

    /// JUnit says nothing of what is below a skipped class.
    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(Kind.SKIPPED, test, reason);
        plan.getDescendants(test).stream().filter(TestIdentifier::isTest)
                .forEach(below -> write(Kind.SKIPPED, below, reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String text = result.getThrowable().map(GuestReporter::trace).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    write(Kind.PASSED, test, "");
                }
            }
            case ABORTED -> finishedEarly(Kind.SKIPPED, test,
                    result.getThrowable().map(Throwable::getMessage).orElse(""));
            case FAILED -> finishedEarly(Kind.FAILED, test, text);
        }
    }

    /// A class that ends early leaves tests behind that never began.
    private void finishedEarly(Kind kind, TestIdentifier test, String text) {
        write(kind, test, text);
        plan.getDescendants(test).stream()
                .filter(below -> below.isTest() && !started.containsKey(below.getUniqueId()))
                .forEach(below -> write(kind, below, text));
    }

    /// Nothing follows.
    void end() {
        write(new GuestLine(Kind.ENDED, "", "", "", 0));
    }

    private void write(Kind kind, TestIdentifier test, String text) {
        Long since = started.get(test.getUniqueId());
        write(new GuestLine(kind, test.getUniqueId(), name(test), text,
                since == null ? 0 : (System.nanoTime() - since) / 1_000_000));
    }

    private void write(GuestLine line) {
        try {
            report.write(line.format() + "\n");
            report.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Without the engine, which is the root.
    private String name(TestIdentifier test) {
        Optional<TestIdentifier> parent = plan.getParent(test);
        boolean belowRoot = parent.isEmpty() || plan.getParent(parent.get()).isEmpty();
        return belowRoot ? test.getDisplayName() : name(parent.get()) + " > " + test.getDisplayName();
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
