package io.vanth.ike.exchange;

import io.vanth.dataplane.Spi;
import io.vanth.ike.policy.PhaseOneMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// What the core tells the operator: each becomes one log line, and counts in the metrics. All text is already escaped.
public sealed interface Report {
    /// What a report is about.
    Subject subject();

    /// One sentence.
    String describe();

    /// Where it belongs.
    ///
    /// @param connection empty while it is not known
    /// @param tunnel     empty unless a tunnel is meant
    /// @param peer       address and port
    /// @param exchange   name of the exchange
    /// @param messageId  0 in phase 1
    record Subject(Optional<String> connection, Optional<String> tunnel, String peer, String exchange, int messageId) {}

    /// The modes that are counted.
    enum Mode {
        MAIN_MODE,
        AGGRESSIVE,
        QUICK_MODE;

        /// The mode of a phase 1.
        public static Mode of(PhaseOneMode mode) {
            return switch (mode) {
                case MAIN -> MAIN_MODE;
                case AGGRESSIVE -> AGGRESSIVE;
            };
        }

        /// For labels.
        public String label() {
            return this == AGGRESSIVE ? "aggressive_mode" : name().toLowerCase(Locale.ROOT);
        }

        /// For people.
        public String text() {
            return label().replace('_', ' ');
        }
    }

    /// Which side began.
    enum Role {
        INITIATOR,
        RESPONDER;

        /// For labels.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A negotiation began.
    record Started(Subject subject, Mode mode, Role role) implements Report {
        @Override
        public String describe() {
            return "%s started as %s".formatted(mode.text(), role.label());
        }
    }

    /// A negotiation ended well; `what` names the algorithms.
    record Succeeded(Subject subject, Mode mode, Role role, Duration took, String what) implements Report {
        @Override
        public String describe() {
            return "%s done as %s in %d ms: %s".formatted(mode.text(), role.label(), took.toMillis(), what);
        }
    }

    /// A negotiation ended badly.
    record Failed(Subject subject, Mode mode, Role role, Failure failure) implements Report {
        @Override
        public String describe() {
            return "%s failed as %s: %s".formatted(mode.text(), role.label(), failure.describe());
        }
    }

    /// A tunnel carries traffic; `rekeyed` when it did so before with other SAs.
    record TunnelUp(Subject subject, Path path, Spi inbound, Spi outbound, String what,
            boolean rekeyed) implements Report {
        @Override
        public String describe() {
            return "tunnel %s: inbound SPI %s, outbound SPI %s, %s".formatted(rekeyed ? "rekeyed" : "up", inbound,
                    outbound, what);
        }
    }

    /// A tunnel does not carry traffic any more.
    ///
    /// @param intended whether the operator wants it so
    record TunnelDown(Subject subject, String reason, boolean intended) implements Report {
        @Override
        public String describe() {
            return "tunnel down: " + reason;
        }
    }

    /// An ISAKMP SA ended.
    record SessionEnded(Subject subject, String reason) implements Report {
        @Override
        public String describe() {
            return "ISAKMP SA ended: " + reason;
        }
    }

    /// A request was sent again, or a peer's request came again.
    record Retransmit(Subject subject, boolean sent, int count) implements Report {
        @Override
        public String describe() {
            return sent ? "message sent again (%d)".formatted(count) : "the peer's message came again";
        }
    }

    /// A notify went out or came in.
    record Notify(Subject subject, boolean sent, String type, boolean authenticated, String text) implements Report {
        @Override
        public String describe() {
            return "%s %s%s%s".formatted(sent ? "sent" : "received", type,
                    authenticated ? "" : " (not authenticated)", text.isEmpty() ? "" : ": " + text);
        }
    }

    /// Dead peer detection.
    record DeadPeerDetection(Subject subject, Stage stage) implements Report {
        /// What happened.
        public enum Stage {
            SENT,
            ANSWERED,
            TIMED_OUT,
            RECEIVED
        }

        @Override
        public String describe() {
            return switch (stage) {
                case SENT -> "asked whether the peer is alive";
                case ANSWERED -> "the peer is alive";
                case TIMED_OUT -> "the peer is dead: no answer to dead peer detection";
                case RECEIVED -> "told the peer that we are alive";
            };
        }
    }

    /// A datagram or message was dropped.
    record Dropped(Subject subject, String reason) implements Report {
        @Override
        public String describe() {
            return "dropped: " + reason;
        }
    }

    /// Something of this host is in the way of a tunnel, outside of any negotiation.
    record Trouble(Subject subject, Failure failure) implements Report {
        @Override
        public String describe() {
            return failure.describe();
        }
    }

    /// Something else worth a line.
    record Note(Subject subject, String text) implements Report {
        @Override
        public String describe() {
            return text;
        }
    }
}
