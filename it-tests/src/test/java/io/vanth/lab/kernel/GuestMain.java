package io.vanth.lab.kernel;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// What runs in the guest: the test classes whose full names match a pattern, reported line by line.
final class GuestMain {
    private static final String PACKAGE = "io.vanth";

    private GuestMain() {}

    /// Reports to the file that the first word names, on the classes of the pattern that is the second.
    public static void main(String[] words) throws IOException {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage(PACKAGE))
                .filters(ClassNameFilter.includeClassNamePatterns(words[1]))
                .configurationParameter("junit.jupiter.execution.timeout.default", "2 m")
                .configurationParameter("junit.jupiter.execution.timeout.threaddump.enabled", "true").build();
        try (Writer report = new OutputStreamWriter(Files.newOutputStream(Path.of(words[0])),
                StandardCharsets.UTF_8)) {
            var reporter = new GuestReporter(report);
            LauncherFactory.create().execute(request, reporter);
            reporter.end();
        }
    }
}
