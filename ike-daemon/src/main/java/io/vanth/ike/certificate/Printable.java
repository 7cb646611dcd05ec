package io.vanth.ike.certificate;

/// Text of a library that may quote what a peer sent.
final class Printable {
    private static final int LONGEST = 200;

    private Printable() {}

    /// Printable ASCII as it is, all else as a question mark, and not too long (S-6).
    static String of(String text) {
        String all = String.valueOf(text);
        String cut = all.length() > LONGEST ? all.substring(0, LONGEST) + "..." : all;
        return cut.replaceAll("[^ -~]", "?");
    }
}
