package io.vanth.ike.policy;

import java.util.Locale;

/// A difference between two configurations of a daemon.
///
/// @param name   the connection, `connection/tunnel`, `daemon` or `manual`
/// @param key    what differs in it; empty for all of it
/// @param reason why it costs that, or what happens, where the cost does not say it; may be empty
public record Change(String name, String key, Kind kind, Cost cost, String reason) {
    /// What becomes of it.
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED;

        /// In lower case.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What a difference costs, the dearest last.
    public enum Cost {
        NONE("what is up goes on, what begins from now on is so"),
        MOMENT("at once; packets under way may be lost"),
        REKEY("new keys are agreed at once, and no packet is lost"),
        RESTART("taken down, and up again as it is to be"),
        DROP("taken down at the peer too, and its traffic is no longer protected"),
        PROCESS("only a new start of the daemon does it; until then all of the file is refused");

        private final String meaning;

        Cost(String meaning) {
            this.meaning = meaning;
        }

        /// What happens, for people.
        public String meaning() {
            return meaning;
        }

        /// In lower case.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Something that has another value.
    public static Change of(String name, String key, Cost cost) {
        return new Change(name, key, Kind.CHANGED, cost, "");
    }

    /// A connection or tunnel that was not there.
    public static Change added(String name) {
        return new Change(name, "", Kind.ADDED, Cost.NONE, "it begins as its start says; what is up goes on");
    }

    /// A connection or tunnel that is not there any more.
    public static Change removed(String name) {
        return new Change(name, "", Kind.REMOVED, Cost.DROP, "");
    }

    /// A tunnel that is replaced only so that others come before it.
    public static Change makesRoom(String tunnel) {
        return new Change(tunnel, "order", Kind.CHANGED, Cost.MOMENT, "it makes room for one before it");
    }

    /// What is changed, for people.
    public String what() {
        return (name + " " + key).strip();
    }

    /// What happens, for people.
    public String meaning() {
        if (reason.isEmpty()) {
            return cost.meaning();
        }
        return kind == Kind.CHANGED ? cost.meaning() + ": " + reason : reason;
    }

    @Override
    public String toString() {
        return "%s %s, cost %s".formatted(what(), kind.text(), cost.text());
    }
}
