package io.vanth.ike.config;

/// A place in the file; line and column count from 1.
public record Place(int line, int column) {
    /// The first character.
    public static final Place START = new Place(1, 1);
}
