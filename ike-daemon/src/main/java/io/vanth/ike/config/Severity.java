package io.vanth.ike.config;

import java.util.Locale;

/// How bad a finding is.
public enum Severity {
    /// The file cannot be used.
    ERROR,
    /// The file can be used, but should be mended.
    WARNING;

    /// As it is printed.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
