package io.vanth.ike.policy;

import java.util.Locale;

/// A difference between two configurations of a daemon.
///
/// @param name   the connection, `connection/tunnel`, `daemon` or `manual`
/// @param key    what differs in it; `added` or `removed` for all of it
/// @param reason why it costs that, where the cost does not say it; may be empty
public record Change(String name, String key, Cost cost, String reason) {
    /// One whose cost says all.
    public Change(String name, String key, Cost cost) {
        this(name, key, cost, "");
    }

    /// What a difference costs, the dearest last.
    public enum Cost {
        NONE("what is up goes on, what begins from now on is so"),
        MOMENT("it is there at once; packets of what it replaces may be lost meanwhile"),
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
    }

    /// What happens, for people.
    public String meaning() {
        return reason.isEmpty() ? cost.meaning() : cost.meaning() + ": " + reason;
    }

    @Override
    public String toString() {
        return "%s %s: %s".formatted(name, key, cost.name().toLowerCase(Locale.ROOT));
    }
}
