package io.vanth.ike.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects findings about one file.
final class Findings {
    private final String file;
    private final List<Finding> all = new ArrayList<>();

    Findings(String file) {
        this.file = file;
    }

    void error(Place place, String path, String reason, String remedy) {
        all.add(new Finding(file, place, path, Severity.ERROR, reason, remedy));
    }

    void warning(Place place, String path, String reason, String remedy) {
        all.add(new Finding(file, place, path, Severity.WARNING, reason, remedy));
    }

    boolean hasErrors() {
        return all.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    /// In the order of the file.
    List<Finding> sorted() {
        return all.stream().sorted(Comparator.comparingInt((Finding finding) -> finding.place().line())
                .thenComparingInt(finding -> finding.place().column())).toList();
    }
}
