package io.vanth.ike.session;

import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.StartMode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-2: notifies are reported at both ends, also those that go with the messages of a negotiation.
class NotifyReportTest {
    private static Pair pair(List<String> a, List<String> b) {
        var pair = new Pair(ConnectionWords.apply(Pair.connection(Pair.A, Pair.B, StartMode.ALWAYS), a),
                ConnectionWords.apply(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE), b));
        pair.a().start();
        pair.b().start();
        pair.advance(Duration.ofSeconds(2));
        return pair;
    }

    /// As `main mode: sent INITIAL-CONTACT`.
    private static List<String> notifies(Pair.Host host) {
        return host.reports(Report.Notify.class).stream()
                .map(each -> each.subject().exchange() + ": " + each.describe()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "aggressive"})
    void an_initial_contact_is_in_phase_1(String mode) {
        Pair pair = pair(List.of("mode " + mode), List.of("mode " + mode));
        pair.assertConnected();
        assertEquals(List.of(mode + " mode: sent INITIAL-CONTACT"), notifies(pair.a()));
        assertEquals(List.of(mode + " mode: received INITIAL-CONTACT"), notifies(pair.b()));
    }

    /// RFC 2407 section 4.6.3.1: for the ISAKMP SA in main mode message 6, for the tunnel in quick mode message 2.
    @Test
    void a_responders_lifetime_is_in_the_exchange_that_it_is_about() {
        Pair pair = pair(List.of(), List.of("lifetime 1h", "tunnelLifetime 10m"));
        pair.assertConnected();
        assertEquals(List.of("main mode: sent INITIAL-CONTACT", "main mode: received RESPONDER-LIFETIME",
                "quick mode: received RESPONDER-LIFETIME"), notifies(pair.a()));
        assertEquals(List.of("main mode: received INITIAL-CONTACT", "main mode: sent RESPONDER-LIFETIME",
                "quick mode: sent RESPONDER-LIFETIME"), notifies(pair.b()));
    }

    /// It must not stand in aggressive mode (RFC 2407 section 4.6.3).
    @Test
    void behind_aggressive_mode_it_has_a_message_of_its_own() {
        Pair pair = pair(List.of("mode aggressive"), List.of("mode aggressive", "lifetime 1h"));
        pair.assertConnected();
        assertTrue(notifies(pair.a()).contains("informational: received RESPONDER-LIFETIME"),
                notifies(pair.a())::toString);
        assertTrue(notifies(pair.b()).contains("informational: sent RESPONDER-LIFETIME"), notifies(pair.b())::toString);
    }

    @Test
    void a_refusal_under_the_keys_of_phase_1_is_reported() {
        Pair pair = pair(List.of("peerId other.example"), List.of());
        assertTrue(notifies(pair.a()).contains("main mode: sent INVALID-ID-INFORMATION"), notifies(pair.a())::toString);
    }

    @Test
    void so_is_one_that_comes_in_place_of_the_peers_proof() {
        Pair pair = pair(List.of(), List.of("peerId other.example"));
        assertTrue(notifies(pair.a()).contains("main mode: received INVALID-ID-INFORMATION"),
                notifies(pair.a())::toString);
    }
}
