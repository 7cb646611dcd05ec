package io.vanth.lab.kernel;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// What runs in the guest: the test classes whose full names match a pattern and that no other guest has taken, reported
/// line by line. Those with an `@Order` come first: what takes long must not begin last.
final class GuestMain {
    private static final String PACKAGE = "io.vanth";

    private GuestMain() {}

    /// Reports to the file that the first word names; takes a class by a folder with its name in the second; the third
    /// is the pattern.
    public static void main(String[] words) throws IOException {
        Launcher launcher = LauncherFactory.create();
        try (Writer report = new OutputStreamWriter(Files.newOutputStream(Path.of(words[0])),
                StandardCharsets.UTF_8)) {
            var reporter = new GuestReporter(report);
            for (String name : classes(launcher, words[2])) {
                if (takes(Path.of(words[1], name))) {
                    launcher.execute(request(DiscoverySelectors.selectClass(name), ".*"), reporter);
                }
            }
            reporter.end();
        }
    }

    private static List<String> classes(Launcher launcher, String pattern) {
        TestPlan plan = launcher.discover(request(DiscoverySelectors.selectPackage(PACKAGE), pattern));
        return plan.getRoots().stream().flatMap(root -> plan.getChildren(root).stream())
                .flatMap(test -> test.getSource().stream()).map(source -> ((ClassSource) source).getClassName())
                .toList();
    }

    /// Of all that try, one succeeds.
    private static boolean takes(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private static LauncherDiscoveryRequest request(DiscoverySelector selector, String pattern) {
        return LauncherDiscoveryRequestBuilder.request().selectors(selector)
                .filters(ClassNameFilter.includeClassNamePatterns(pattern))
                .configurationParameter("junit.jupiter.testclass.order.default",
                        ClassOrderer.OrderAnnotation.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.default", "2 m")
                .configurationParameter("junit.jupiter.execution.timeout.threaddump.enabled", "true").build();
    }
}
