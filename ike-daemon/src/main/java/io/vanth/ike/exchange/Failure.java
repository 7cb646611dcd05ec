package io.vanth.ike.exchange;

import io.vanth.dataplane.TrafficPair;
import io.vanth.ike.certificate.Verdict;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.ProposalComparison;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why a negotiation failed, with what an operator needs to mend it.
public sealed interface Failure {
    /// A short word for a metric's label.
    String label();

    /// One sentence: what is wrong, and where known what to do. Text of the peer is escaped.
    String describe();

    /// What an exchange awaited, `main mode message 6`, did not come; `hint` is what the peer said without authentication, or what the
    /// silence at this stage usually means.
    record NoAnswer(String stage, int transmissions, String hint) implements Failure {
        @Override
        public String label() {
            return "no_answer";
        }

        @Override
        public String describe() {
            return "no %s after %d transmissions%s".formatted(stage, transmissions,
                    hint.isEmpty() ? "" : ": " + hint);
        }
    }

    /// None of the peer's proposals is acceptable.
    record NoProposalChosen(String phase, ProposalComparison proposals) implements Failure {
        @Override
        public String label() {
            return "no_proposal_chosen";
        }

        @Override
        public String describe() {
            return "no common %s proposal: the peer offers %s; the configuration accepts %s".formatted(phase,
                    String.join(", ", proposals.theirs()), String.join(", ", proposals.ours()));
        }
    }

    /// The peer selected something that was not offered (RFC 2408 section 4.2).
    record SelectionNotOffered(String phase, String what) implements Failure {
        @Override
        public String label() {
            return "selection_not_offered";
        }

        @Override
        public String describe() {
            return "the peer's %s selection is not what was offered: %s".formatted(phase, what);
        }
    }

    /// The keys of the two sides differ. Only a probable cause can be given: RFC 2409 has no way to tell.
    record PreSharedKeyMismatch(String evidence) implements Failure {
        @Override
        public String label() {
            return "pre_shared_key_mismatch";
        }

        @Override
        public String describe() {
            return "probably the pre-shared keys differ (or a wrong key was chosen for this address): " + evidence;
        }
    }

    /// A hash that had to authenticate the peer is wrong although the message decrypted.
    record HashMismatch(String stage) implements Failure {
        @Override
        public String label() {
            return "hash_mismatch";
        }

        @Override
        public String describe() {
            return "the peer's hash in %s is wrong".formatted(stage);
        }
    }

    /// The signature or the certificates that the peer presents are not believed.
    ///
    /// @param detail what is wrong, for the operator
    record AuthenticationRefused(String stage, Verdict.Reason reason, String detail) implements Failure {
        @Override
        public String label() {
            return reason.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String describe() {
            return "the peer's proof of identity in %s is refused: %s".formatted(stage, detail);
        }
    }

    /// The peer calls itself something else than configured.
    record IdentityMismatch(String received, String expected) implements Failure {
        @Override
        public String label() {
            return "identity_mismatch";
        }

        @Override
        public String describe() {
            return "the peer identifies itself as %s, but the configuration expects %s".formatted(received, expected);
        }
    }

    /// No tunnel has the networks that the peer asks for.
    ///
    /// @param requested local and remote as we see it; empty where it is no pair of addresses
    record SelectorMismatch(Optional<TrafficPair> requested, List<TrafficPair> configured) implements Failure {
        public SelectorMismatch {
            configured = List.copyOf(configured);
        }

        @Override
        public String label() {
            return "selector_mismatch";
        }

        @Override
        public String describe() {
            return "the peer asks for networks %s (ours === theirs), but the configuration has %s".formatted(
                    requested.map(TrafficPair::toString).orElse("that are no addresses"),
                    configured.stream().map(TrafficPair::toString).collect(Collectors.joining(", ")));
        }
    }

    /// The peer refused with an authenticated notify, or with a [#DELETE].
    record PeerRefused(String stage, String notification, String hint) implements Failure {
        /// Of the ISAKMP SA that has just been agreed.
        public static final String DELETE = "a Delete";

        @Override
        public String label() {
            return "peer_refused";
        }

        @Override
        public String describe() {
            return "the peer refused %s with %s%s".formatted(stage, notification, hint.isEmpty() ? "" : ": " + hint);
        }
    }

    /// The peer, or who pretends to be it, refused with a notify in clear, which proves nothing.
    record UnauthenticatedNotify(String notification, String meaning) implements Failure {
        @Override
        public String label() {
            return "unauthenticated_notify";
        }

        @Override
        public String describe() {
            return "the peer answers with %s (not authenticated), which usually means: %s".formatted(notification,
                    meaning);
        }
    }

    /// A public value that no honest peer sends.
    record BadKeyExchange(String reason) implements Failure {
        @Override
        public String label() {
            return "bad_key_exchange";
        }

        @Override
        public String describe() {
            return "the peer's key exchange value is refused: " + reason;
        }
    }

    /// A message that breaks the exchange: missing or doubled payloads, or bytes that are no message.
    record ProtocolViolation(String stage, String reason) implements Failure {
        @Override
        public String label() {
            return "protocol_violation";
        }

        @Override
        public String describe() {
            return "%s is not as RFC 2409 has it: %s".formatted(stage, reason);
        }
    }

    /// No connection is configured for the peer.
    record UnknownPeer(String peer) implements Failure {
        @Override
        public String label() {
            return "unknown_peer";
        }

        @Override
        public String describe() {
            return "no connection is configured for the peer " + peer;
        }
    }

    /// This side did not believe who the peer is, as an observer sees it who cannot read why.
    record RefusedHere(String stage) implements Failure {
        @Override
        public String label() {
            return "refused_here";
        }

        @Override
        public String describe() {
            return "this side ended it behind %s, and said why in an encrypted message".formatted(stage);
        }
    }

    /// The exchange is known but not spoken.
    record Unsupported(String what) implements Failure {
        @Override
        public String label() {
            return "unsupported";
        }

        @Override
        public String describe() {
            return what + " is not supported";
        }
    }

    /// The data plane did not take the SAs.
    record DataPlaneRefusal(String reason) implements Failure {
        @Override
        public String label() {
            return "data_plane";
        }

        @Override
        public String describe() {
            return "the data plane refused: " + reason;
        }
    }

    /// The slow arithmetic could not be done, for instance because too much of it waits.
    record ComputationImpossible(String reason) implements Failure {
        @Override
        public String label() {
            return "overloaded";
        }

        @Override
        public String describe() {
            return "the key agreement could not be done: " + reason;
        }
    }

    /// Dead peer detection had no answer.
    record PeerDead(int unanswered) implements Failure {
        @Override
        public String label() {
            return "peer_dead";
        }

        @Override
        public String describe() {
            return "the peer did not answer %d dead peer detection messages (RFC 3706)".formatted(unanswered);
        }
    }

    /// The peer wants a tunnel that the operator has taken down.
    record HeldDown() implements Failure {
        @Override
        public String label() {
            return "held_down";
        }

        @Override
        public String describe() {
            return "the peer wants the tunnel up, but it was taken down here: 'vanth up' allows it again";
        }
    }

    /// The peer came twice under one identity, and the configuration keeps the first.
    record AlreadyConnected(String identity, String from) implements Failure {
        @Override
        public String label() {
            return "already_connected";
        }

        @Override
        public String describe() {
            return "%s is connected already from %s, and the configuration says unique: keep".formatted(identity, from);
        }
    }

    /// The peer wants a tunnel that leads to another peer, which can be asked whether it is alive and is not known to be dead.
    record TunnelTaken(String identity, String holder) implements Failure {
        @Override
        public String label() {
            return "tunnel_taken";
        }

        @Override
        public String describe() {
            return "%s wants the tunnel, but it is up with %s, which keeps it while it answers".formatted(identity,
                    holder);
        }
    }

    /// The peer wants new keys more often than is reasonable.
    record LifetimeTooShort(Duration wanted, Duration kept) implements Failure {
        @Override
        public String label() {
            return "lifetime_too_short";
        }

        @Override
        public String describe() {
            return "the peer wants a lifetime of %d s; it is kept for %d s, so that it cannot have us negotiate without end"
                    .formatted(wanted.toSeconds(), kept.toSeconds());
        }
    }

    /// The name of the peer leads to no address.
    record Unresolved(String name, String reason) implements Failure {
        @Override
        public String label() {
            return "unresolved";
        }

        @Override
        public String describe() {
            return "the peer's name %s leads to no address: %s".formatted(name, reason);
        }
    }

    /// There is no address to begin from.
    record NoLocalAddress(LocalHost host) implements Failure {
        @Override
        public String label() {
            return "no_local_address";
        }

        @Override
        public String describe() {
            return host + " is not known: " + switch (host) {
                case LocalHost.Address _ -> "it is not on this machine";
                case LocalHost.Interface(var name, _) ->
                    "%s is not there, is down, or has no such address".formatted(name);
                case LocalHost.Route _ -> "no route leads there";
            };
        }
    }

    /// Our routes lead our own packets to the peer back into the tunnel that they carry.
    record RoutedBack(String device, String peer) implements Failure {
        @Override
        public String label() {
            return "routed_back";
        }

        @Override
        public String describe() {
            return "the route to the peer's address %s leads into %s, the tunnel's own interface: our packets to it come back, and are dropped; route %s past %s"
                    .formatted(peer, device, peer, device);
        }
    }

    /// The peer deleted the SA.
    record DeletedByPeer() implements Failure {
        @Override
        public String label() {
            return "deleted_by_peer";
        }

        @Override
        public String describe() {
            return "the peer deleted it";
        }
    }
}
