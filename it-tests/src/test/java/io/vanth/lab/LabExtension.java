package io.vanth.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides whether a lab can run and when, gives tests their [Lab], and shows the ends of all logs when one fails.
final class LabExtension
        implements
            ExecutionCondition,
            BeforeAllCallback,
            ParameterResolver,
            TestExecutionExceptionHandler,
            LifecycleMethodExecutionExceptionHandler {
    private static final Namespace STORE = Namespace.create(LabExtension.class);
    private static final Path FOLDER = Path.of("target", "labs").toAbsolutePath();
    private static final int TAIL_LINES = 60;
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        var lab = AnnotationSupport.findAnnotation(context.getElement(), InLab.class);
        List<String> missing = lab.map(needs -> Preconditions.missing(List.of(needs.value()))).orElse(List.of());
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the lab can run");
        }
        String reason = String.join("; ", missing);
        if (Preconditions.required()) {
            throw new AssertionError("VANTH_LABS=required, and this lab cannot run: " + reason);
        }
        if (SAID.add(context.getDisplayName())) {
            System.out.println("[lab] skipped: " + context.getDisplayName() + ": " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    /// The store ends the turn when the class has ended.
    @Override
    public void beforeAll(ExtensionContext context) {
        boolean alone = AnnotationSupport.findAnnotation(context.getElement(), InLab.class).map(InLab::alone)
                .orElse(false);
        context.getStore(STORE).getOrComputeIfAbsent(Turn.class, _ -> Turn.take(alone), Turn.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    /// The store closes the lab when the test, or for `@BeforeAll` the class, has ended.
    @Override
    public Lab resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(STORE).getOrComputeIfAbsent(Lab.class, _ -> Lab.in(folder(context)), Lab.class);
    }

    private static Path folder(ExtensionContext context) {
        String type = context.getRequiredTestClass().getSimpleName();
        String test = context.getTestMethod().map(method -> method.getName()).orElse("all");
        String invocation = context.getUniqueId().replaceAll(".*invocation:#(\\d+).*|.*", "$1");
        return FOLDER.resolve(type).resolve(invocation.isEmpty() ? test : test + "-" + invocation);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withLogs(context, failure);
    }

    private static Throwable withLogs(ExtensionContext context, Throwable failure) throws IOException {
        Lab lab = context.getStore(STORE).get(Lab.class, Lab.class);
        if (lab == null || failure.getClass().getName().startsWith("org.opentest4j.TestAborted")) {
            return failure;
        }
        var shown = new AssertionError(failure.getMessage() + "\n" + tails(lab.folder()), failure.getCause());
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }

    private static String tails(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().map(LabExtension::tail)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String tail(Path file) {
        List<String> lines = Daemon.read(file).lines().toList();
        return "---- " + file + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
}
