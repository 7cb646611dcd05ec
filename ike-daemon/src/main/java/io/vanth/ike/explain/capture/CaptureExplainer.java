package io.vanth.ike.explain.capture;

import io.vanth.ike.decode.Content;
import io.vanth.ike.decode.DecodedFrame;
import io.vanth.ike.exchange.Incident;
import io.vanth.ike.explain.Account;
import io.vanth.ike.explain.Explainer;
import io.vanth.ike.explain.Explanation;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.session.Diagnosis;
import io.vanth.ike.session.EngineStatus.PastFailure;
import io.vanth.ike.session.EngineStatus.State;
import java.util.List;
import java.util.Optional;

/// Explains the negotiations in a capture.
public final class CaptureExplainer {
    /// More than anybody reads, and what a flood can make of a capture.
    public static final int MOST = 1000;

    private CaptureExplainer() {}

    /// What a capture has.
    ///
    /// @param accounts one for each negotiation, the newest last
    /// @param leftOut  how many older negotiations there are
    public record Told(List<Account> accounts, int leftOut) {
        public Told {
            accounts = List.copyOf(accounts);
        }
    }

    private record Scope(Negotiation negotiation, Side side) {}

    /// A negotiation is told from the side of the first connection that is between its two hosts; where there is none,
    /// from that of the host that began it. Of more than [#MOST], those that were heard of last are told.
    ///
    /// @param connections those of the configuration; none without one
    /// @param others      whether negotiations are told for which there is no connection
    public static Told explain(List<DecodedFrame> frames, List<Connection> connections, boolean others) {
        List<Scope> all = Negotiation.in(frames).stream().map(each -> new Scope(each, Side.of(each, connections)))
                .filter(each -> others || each.side().configured()).toList();
        int leftOut = Math.max(0, all.size() - MOST);
        return new Told(all.subList(leftOut, all.size()).stream()
                .map(each -> account(each.negotiation(), each.side())).toList(), leftOut);
    }

    private static Account account(Negotiation negotiation, Side side) {
        Optional<Judgement> judgement = Judgement.of(negotiation, side);
        String between = "%s to %s".formatted(negotiation.initiator().getHostAddress(),
                negotiation.responder().getHostAddress());
        return new Account(side.configured() ? side.connection().name() : between, state(negotiation, judgement),
                summary(negotiation, side, judgement, between),
                judgement.map(each -> explanation(negotiation, side, each)).stream().toList());
    }

    private static boolean cameUp(Negotiation negotiation) {
        return negotiation.phaseTwo().stream().anyMatch(Course::done);
    }

    private static State state(Negotiation negotiation, Optional<Judgement> judgement) {
        return judgement.isEmpty() && cameUp(negotiation) ? State.UP : State.DOWN;
    }

    private static String summary(Negotiation negotiation, Side side, Optional<Judgement> judgement,
            String between) {
        String what = judgement.isPresent()
                ? cameUp(negotiation) ? "came up, and failed later" : "did not come up"
                : cameUp(negotiation)
                        ? "came up; ESP packets: %d".formatted(negotiation.packets().stream()
                                .filter(each -> each.content() instanceof Content.Esp).count())
                        : negotiation.phaseOne().isPresent()
                                ? "has its ISAKMP SA up; no tunnel was asked for"
                                : "shows nothing of phase 1 or 2, only messages under SAs that were there before";
        return side.configured()
                ? "%s (%s, seen from %s)".formatted(what, between, side.own(negotiation).getHostAddress())
                : judgement.isEmpty()
                        ? what
                        : "%s (seen from %s; NAME stands for its connection)".formatted(what,
                                side.own(negotiation).getHostAddress());
    }

    private static Explanation explanation(Negotiation negotiation, Side side, Judgement judgement) {
        List<Sighting> last = judgement.course().last();
        var incident = new Incident(negotiation.sightings().getLast().at(), judgement.failure(),
                Optional.of(Scene.of(negotiation, side, judgement)));
        return Explainer.explain(side.connection(), side.terms(), new Diagnosis.Entry(Optional.empty(),
                new PastFailure(last.getFirst().at(), 1, incident)));
    }
}
