package io.vanth.lab;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

final class RateSearchTest {
    @Test
    void findsWhereLossBegins() {
        double best = RateSearch.best(rate -> new Traffic.Rate(rate, rate > 123_000 ? 0.2 : 0));
        assertEquals(123_000, best, 0.05 * 123_000);
    }

    @Test
    void findsLowRates() {
        double best = RateSearch.best(rate -> new Traffic.Rate(rate, rate > 900 ? 0.02 : 0.005));
        assertEquals(900 * 0.995, best, 0.05 * 900);
    }

    @Test
    void endsWhereTheSenderCannotFollow() {
        double best = RateSearch.best(rate -> new Traffic.Rate(Math.min(rate, 150_000), 0));
        assertEquals(150_000, best, 0.05 * 150_000);
    }
}
