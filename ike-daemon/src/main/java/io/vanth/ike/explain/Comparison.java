package io.vanth.ike.explain;

import java.util.List;

/// What two sides have, side by side.
///
/// @param notes more about it, a sentence each
public record Comparison(String title, List<Row> rows, List<String> notes) {
    public Comparison {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /// One thing that both sides have; `theirs` is empty where the peer did not tell.
    public record Row(String what, String ours, String theirs, Relation relation) {
        /// Both known.
        static Row of(String what, String ours, String theirs, boolean differs) {
            return new Row(what, ours, theirs, differs ? Relation.DIFFERS : Relation.SAME);
        }

        /// Only ours is known.
        static Row ours(String what, String ours) {
            return new Row(what, ours, "", Relation.UNKNOWN);
        }
    }

    /// How the two sides of a row relate.
    public enum Relation {
        SAME,
        DIFFERS,
        UNKNOWN
    }
}
