package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.policy.Authentication;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.StartMode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

    @Test
    void a_negotiation_under_way_ends_with_the_key_that_it_began_with() {
        var pair = new Pair(A, B);
        pair.delay(() -> Duration.ofSeconds(1));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofMillis(1500));
        pair.a().event(with(A, "another key"));
        pair.b().event(with(B, "another key"));
        pair.advance(Duration.ofSeconds(20));
        pair.assertConnected();
    }
}
