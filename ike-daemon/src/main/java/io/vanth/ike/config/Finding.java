package io.vanth.ike.config;

/// Something wrong with the file.
///
/// @param file   as the user named it
/// @param path   a JSON pointer into the document, empty for all of it
/// @param reason what is wrong
/// @param remedy what to do, or empty
public record Finding(String file, Place place, String path, Severity severity, String reason, String remedy) {
    /// One line as compilers write it: `vanth.yaml:10:5: error: /connections/branch: reason; remedy`.
    @Override
    public String toString() {
        return "%s:%d:%d: %s: %s%s%s".formatted(file, place.line(), place.column(), severity.label(),
                path.isEmpty() ? "" : path + ": ", reason, remedy.isEmpty() ? "" : "; " + remedy);
    }
}
