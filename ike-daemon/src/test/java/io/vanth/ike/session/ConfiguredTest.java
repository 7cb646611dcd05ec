package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.Dpd;
import io.vanth.ike.policy.StartMode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-24: keys are replaced without dropping tunnels.
class ConfiguredTest {
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Connection A = shortLived(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS));
    private static final Connection B = shortLived(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));

    private static Connection shortLived(Connection of) {
        return ConnectionDraft.change(of, draft -> draft.lifetime = LIFETIME);
    }

    private static Event.Configured with(Connection of, String key) {
        return new Event.Configured(List.of(ConnectionDraft.change(of,
                draft -> draft.authentication = new Authentication.PreShared(Pair.psk(key)))));
    }

    private static Pair connected() {
        var pair = new Pair(A, B);
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(5));
        pair.assertConnected();
        return pair;
    }

    @Test
    void what_is_up_goes_on_and_the_next_phase_1_uses_the_new_key() {
        Pair pair = connected();
        var before = Set.copyOf(pair.a().installed.keySet());
        var session = pair.a().status().isakmp().orElseThrow();
        pair.a().event(with(A, "another key"));
        pair.b().event(with(B, "another key"));
        pair.advance(Duration.ofMinutes(1));
        assertEquals(before, pair.a().installed.keySet());
        assertEquals(session, pair.a().status().isakmp().orElseThrow());
        pair.advance(LIFETIME);
        pair.assertConnected();
        assertEquals(before, pair.a().installed.keySet());
        assertTrue(!session.equals(pair.a().status().isakmp().orElseThrow()), "phase 1 was renewed");
        assertTrue(pair.a().status().lastFailure().isEmpty());
    }

    @Test
    void a_key_that_only_one_side_has_is_noticed_at_the_next_phase_1() {
        Pair pair = connected();
        pair.b().event(with(B, "another key"));
        pair.advance(LIFETIME.plusMinutes(5));
        assertTrue(pair.a().status().lastFailure().isPresent());
    }

    /// What the peer has begun, and what it has answered, may be with the old key.
    @ParameterizedTest
    @ValueSource(ints = {0, 500, 1500, 2500, 3500, 4500, 5500})
    void a_negotiation_under_way_begins_anew_with_the_new_key(int millis) {
        var pair = new Pair(A, B);
        pair.delay(() -> Duration.ofSeconds(1));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMillis(millis));
        pair.b().event(with(B, "another key"));
        pair.a().event(with(A, "another key"));
        pair.advance(Duration.ofSeconds(20));
        pair.assertConnected();
    }

    /// The attempt with the wrong key would go on for minutes.
    @ParameterizedTest
    @EnumSource
    void a_wrong_key_that_is_mended_counts_at_once(StartMode start) {
        Connection wrong = ConnectionDraft.change(Pair.connection(Pair.A, Pair.B, start),
                draft -> draft.authentication = new Authentication.PreShared(Pair.psk("a wrong key")));
        var pair = new Pair(wrong, B);
        pair.b().start();
        pair.a().start();
        pair.a().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(20));
        assertEquals(EngineStatus.State.NEGOTIATING, pair.a().status().state());
        pair.a().event(new Event.Configured(List.of(Pair.connection(Pair.A, Pair.B, start))));
        pair.advance(Duration.ofSeconds(1));
        pair.assertConnected();
        assertTrue(pair.a().status().lastFailure().isEmpty());
    }

    /// In the pause after an attempt that failed, as well.
    @Test
    void a_pause_after_a_wrong_key_ends_when_it_is_mended() {
        var pair = new Pair(ConnectionDraft.change(A,
                draft -> draft.authentication = new Authentication.PreShared(Pair.psk("a wrong key"))), B);
        pair.b().start();
        pair.a().start();
        for (int second = 0; second < 3600 && pair.a().status().state() != EngineStatus.State.DOWN; second++) {
            pair.advance(Duration.ofSeconds(1));
        }
        assertEquals(EngineStatus.State.DOWN, pair.a().status().state());
        pair.a().event(new Event.Configured(List.of(A)));
        pair.advance(Duration.ofSeconds(1));
        pair.assertConnected();
    }

    @Test
    void another_delay_of_dead_peer_detection_disturbs_no_attempt() {
        var pair = new Pair(A, B);
        pair.delay(() -> Duration.ofSeconds(1));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMillis(1500));
        pair.a().event(new Event.Configured(List.of(ConnectionDraft.change(A,
                draft -> draft.dpd = new Dpd(Dpd.Mode.ON_DEMAND, Duration.ofSeconds(7), Duration.ofSeconds(70),
                        Dpd.Action.HOLD)))));
        pair.advance(Duration.ofSeconds(8));
        pair.assertConnected();
        assertEquals(1, pair.a().reports(Report.Started.class).stream()
                .filter(each -> each.mode() == Report.Mode.MAIN_MODE).count());
    }
}
