package io.vanth.lab;

/// Finds the highest rate at which hardly anything is lost.
final class RateSearch {
    private static final int FIRST = 20_000;
    private static final int HIGHEST = 2_000_000;
    private static final double LOST = 0.01;
    private static final double PRECISION = 1.05;
    /// What a sender may miss of its rate before it counts as its limit.
    private static final double SENT = 0.95;

    private RateSearch() {}

    /// Sends for a while.
    @FunctionalInterface
    interface Trial {
        Traffic.Rate at(int perSecond);
    }

    /// The most datagrams a second that were received at a rate at which at most one in a hundred was lost: the rate is
    /// doubled as long as that holds and the sender follows, then the step between is halved. A rate fails when it fails
    /// twice: whatever else the machine does for a moment costs a trial, not the search.
    static double best(Trial trial) {
        double best = 0;
        double good = 0;
        double bad = HIGHEST;
        for (double rate = FIRST; good == 0 ? rate > 1 : bad / good > PRECISION; rate = next(good, bad)) {
            Traffic.Rate result = trial.at((int) rate);
            if (!holds(result, rate)) {
                result = trial.at((int) rate);
            }
            if (result.lost() <= LOST) {
                best = Math.max(best, result.received());
            }
            if (holds(result, rate)) {
                good = rate;
            } else {
                bad = rate;
            }
        }
        return best;
    }

    private static boolean holds(Traffic.Rate result, double rate) {
        return result.lost() <= LOST && result.perSecond() >= SENT * rate;
    }

    private static double next(double good, double bad) {
        if (good == 0) {
            return bad / 2;
        }
        return bad == HIGHEST ? Math.min(2 * good, HIGHEST) : Math.sqrt(good * bad);
    }
}
