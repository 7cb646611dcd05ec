package io.vanth.ike.session;

import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report.Role;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.Encapsulation;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.session.EngineStatus.LastFailure;
import io.vanth.ike.session.EngineStatus.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What is told of the latest failure: while we negotiate, what somebody else began does not hide what became of ours.
class FailureMemoryTest {
    private static Connection with(Connection plain, String proposals) {
        return Pair.with(plain, Pair.psk("correct horse battery staple"), proposals, Encapsulation.AUTO);
    }

    /// Each side offers what the other refuses, A first.
    @Test
    void the_role_is_told_and_ours_comes_first_while_it_is_under_way() {
        var pair = new Pair(with(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), "aes256-sha256-modp2048"),
                with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), "aes128-sha256-modp2048"));
        pair.b().start();
        pair.a().start();
        pair.advance(Duration.ofSeconds(1));
        LastFailure refused = pair.a().status().lastFailure().orElseThrow();
        assertEquals(Role.INITIATOR, refused.role().orElseThrow());
        assertEquals(State.NEGOTIATING, pair.a().status().state());
        pair.b().event(new Event.Up("site"));
        pair.advance(Duration.ofSeconds(1));
        assertEquals(State.NEGOTIATING, pair.a().status().state());
        assertTrue(pair.a().engine.diagnose("site").orElseThrow().failures().stream()
                .flatMap(each -> each.failure().incident().circumstances().stream())
                .anyMatch(each -> each.role() == Role.RESPONDER));
        assertEquals(refused.reason(), pair.a().status().lastFailure().orElseThrow().reason());
        assertEquals(Role.INITIATOR, pair.a().status().lastFailure().orElseThrow().role().orElseThrow());
    }
}
