package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.exchange.Failure;
import io.vanth.ike.exchange.NotifyType;
import io.vanth.ike.explain.Explainer;
import io.vanth.ike.identity.Identity;
import io.vanth.ike.policy.PhaseOneOffer;
import io.vanth.ike.policy.ProposalComparison;
import io.vanth.ike.session.NotifyMeanings;
import io.vanth.ike.wire.ExchangeType;
import io.vanth.ike.wire.Payload;
import io.vanth.ike.wire.Payload.Notification;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What was wrong with a negotiation, as far as the wire shows it.
///
/// @param course the exchange that failed, or that was the last to be done
record Judgement(Course course, Failure failure) {
    /// Fewer may just not have been answered yet.
    private static final int UNANSWERED = 2;
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final int FIRST_ENCRYPTED = 5;

    /// Empty where nothing failed.
    static Optional<Judgement> of(Negotiation negotiation, Side side) {
        List<Course> phaseTwo = negotiation.phaseTwo();
        Optional<Course> phaseOne = negotiation.phaseOne();
        if (phaseTwo.isEmpty() && phaseOne.isPresent() && !phaseOne.get().done()) {
            return phaseOne.map(course -> new Judgement(course, phaseOne(course, negotiation, side)));
        }
        if (phaseTwo.isEmpty()) {
            return phaseOne.flatMap(course -> behind(course, negotiation, side))
                    .map(failure -> new Judgement(phaseOne.get(), failure));
        }
        Course last = phaseTwo.getLast();
        return last.done()
                ? afterwards(negotiation, side).map(failure -> new Judgement(last, failure))
                : Optional.of(new Judgement(last, PhaseTwoFailure.of(last, negotiation, side)
                        .orElseGet(() -> silence(last, negotiation, side))));
    }

    /// What one of the two says right behind phase 1.
    private static Optional<Failure> behind(Course course, Negotiation negotiation, Side side) {
        if (refusedAtOnce(negotiation, side.peer(negotiation))) {
            return Optional.of(refusal(course, negotiation, side.peer(negotiation)));
        }
        return refusedAtOnce(negotiation, side.own(negotiation))
                ? identity(negotiation, side).or(() -> Optional.of(new Failure.RefusedHere(course.stage())))
                : Optional.empty();
    }

    /// Who the peer says it is, in clear or with its key, where this side expects somebody else.
    private static Optional<Failure> identity(Negotiation negotiation, Side side) {
        return negotiation.first(Payload.Identification.class, side.peer(negotiation)).map(Identity::of)
                .filter(said -> side.configured() && !side.connection().remoteId().matches(said))
                .map(said -> new Failure.IdentityMismatch(said.toString(), side.connection().remoteId().toString()));
    }

    /// Whether a side has something to say right behind phase 1, and no tunnel was asked for.
    private static boolean refusedAtOnce(Negotiation negotiation, InetAddress from) {
        return negotiation.phaseOne().filter(Course::done)
                .filter(course -> !encrypted(negotiation, from, course).isEmpty()
                        && encrypted(negotiation, from, course).getFirst().at()
                                .isBefore(course.last().getFirst().at().plus(AT_ONCE)))
                .isPresent();
    }

    /// A refusal that is encrypted: by its name where it can be read.
    private static Failure refusal(Course course, Negotiation negotiation, InetAddress peer) {
        return notifies(negotiation, peer, course).findFirst()
                .map(type -> new Failure.PeerRefused(before(course), NotifyType.nameOf(type), ""))
                .orElseGet(() -> new Failure.PeerRefused(before(course),
                        course.done() ? Explainer.BEHIND_PHASE_ONE : Explainer.UNREADABLE,
                        negotiation.phaseOne().filter(Course::done).isPresent()
                                ? "it could read what it refuses, so the keys of phase 1 agree"
                                : "without the keys nobody can tell what it says"));
    }

    /// The message that this side did not take, where it says why; else the one that did not come.
    String stage(InetAddress own) {
        boolean ourTurn = !course.done() && course.awaitsStarter() == course.starter().equals(own);
        return ourTurn && !(failure instanceof Failure.NoAnswer) ? before(course) : course.stage();
    }

    private static Failure phaseOne(Course course, Negotiation negotiation, Side side) {
        boolean ourTurn = course.awaitsStarter() == course.starter().equals(side.own(negotiation));
        return Stream.of(offer(negotiation, side), unreadable(course, negotiation, side),
                ourTurn ? identity(negotiation, side) : Optional.<Failure>empty())
                .flatMap(Optional::stream).findFirst().orElseGet(() -> silence(course, negotiation, side));
    }

    /// What this side thinks of the peer's proposals.
    private static Optional<Failure> offer(Negotiation negotiation, Side side) {
        return negotiation.first(Payload.Sa.class, negotiation.initiator()).filter(_ -> side.configured()
                && !side.initiator())
                .filter(offer -> PhaseOneOffer.select(offer, side.connection().proposals(),
                        side.connection().authentication().methods()).isEmpty())
                .map(offer -> new Failure.NoProposalChosen("phase 1", ProposalComparison.phaseOne(offer,
                        side.connection().proposals(), side.connection().authentication().methods())));
    }

    /// This side complains of the first encrypted message, which it could not read.
    private static Optional<Failure> unreadable(Course course, Negotiation negotiation, Side side) {
        return notifies(negotiation, side.own(negotiation), course).filter(_ -> !side.initiator()
                && side.terms().preShared() && course.begun().size() * 2 > FIRST_ENCRYPTED)
                .map(NotifyType::nameOf).findFirst()
                .map(name -> new Failure.PreSharedKeyMismatch(
                        "this side answered the peer's first encrypted message with " + name));
    }

    /// Nothing came, or no more than a refusal.
    private static Failure silence(Course course, Negotiation negotiation, Side side) {
        InetAddress peer = side.peer(negotiation);
        Optional<Integer> said = notifies(negotiation, peer, course).findFirst();
        boolean theirTurn = course.awaitsStarter() == course.starter().equals(peer);
        if (theirTurn && !encrypted(negotiation, peer, course).isEmpty()) {
            return refusal(course, negotiation, peer);
        }
        if (said.isPresent() && theirTurn) {
            return new Failure.UnauthenticatedNotify(NotifyType.nameOf(said.get()), NotifyMeanings.of(said.get()));
        }
        return new Failure.NoAnswer(course.stage(), course.last().size(), hint(negotiation, course, side));
    }

    /// The message that was refused.
    private static String before(Course course) {
        return "%s message %d".formatted(course.name(), course.awaited() - 1);
    }

    private static String hint(Negotiation negotiation, Course course, Side side) {
        boolean ours = course.awaitsStarter() == course.starter().equals(side.own(negotiation));
        return ours ? "it was for this side to send it" : closed(negotiation, side) ? "nobody listens there" : "";
    }

    /// Whether the peer's host says by ICMP that nobody listens.
    static boolean closed(Negotiation negotiation, Side side) {
        return negotiation.unreachable().stream()
                .anyMatch(each -> each.content() instanceof Content.Unreachable(var what, var target)
                        && what.equals("port") && target.address().equals(side.peer(negotiation)));
    }

    /// The numbers of the error notifies of a side since the exchange began.
    static Stream<Integer> notifies(Negotiation negotiation, InetAddress from, Course since) {
        return negotiation.of(ExchangeType.INFORMATIONAL).stream().filter(each -> each.isFrom(from)
                && !each.at().isBefore(since.begun().getFirst().getFirst().at()))
                .flatMap(each -> each.all(Notification.class).stream()).map(Notification::notifyType)
                .filter(NotifyType::isError);
    }

    /// The encrypted informational messages of a side since the last message of the exchange.
    private static List<Sighting> encrypted(Negotiation negotiation, InetAddress from, Course since) {
        return negotiation.of(ExchangeType.INFORMATIONAL).stream().filter(each -> each.isFrom(from)
                && each.header().encrypted()
                && !each.at().isBefore(since.last().getFirst().at())).toList();
    }

    /// What became of a tunnel that came up.
    private static Optional<Failure> afterwards(Negotiation negotiation, Side side) {
        InetAddress peer = side.peer(negotiation);
        if (!negotiation.sightings().stream().filter(each -> each.isFrom(peer))
                .flatMap(each -> each.all(Payload.Delete.class).stream()).toList().isEmpty()) {
            return Optional.of(new Failure.DeletedByPeer());
        }
        long unanswered = Silence.after(negotiation, peer).filter(each -> each.isFrom(side.own(negotiation))).count();
        return unanswered < UNANSWERED ? Optional.empty() : Optional.of(new Failure.PeerDead((int) unanswered));
    }
}
