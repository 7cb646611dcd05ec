package io.vanth.ike.session;

import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.SaGroup;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.PeerHost;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// I-21: tries become rarer, however often packets ask for the tunnel; the operator does not wait.
class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int MINUTES = 5;
    /// 1, 2, 4 s and so on up to 64 s, each a tenth longer or shorter: of these, so many fit into five minutes.
    private static final int MOST_TRIES = 10;

    private static Connection onDemand() {
        return Pair.connection(Pair.A, Pair.B, StartMode.ON_DEMAND);
    }

    private static void packetsWantThrough(Pair pair) {
        for (int second = 0; second < MINUTES * 60; second++) {
            pair.a().event(new Event.FromDataPlane(
                    new DataPlaneEvent.Acquire("site/lan", new SaGroup(1), Pair.A, Pair.B, 1)));
            pair.advance(SECOND);
        }
    }

    private static int failures(Pair pair) {
        return pair.a().engine.diagnose("site").orElseThrow().failures().stream()
                .mapToInt(each -> each.failure().times()).sum();
    }

    private static long quickModes(Pair.Host host) {
        return host.reports(Report.Started.class).stream()
                .filter(each -> each.mode() == Report.Mode.QUICK_MODE).count();
    }

    private static Pair unresolved() {
        var pair = new Pair(ConnectionDraft.change(onDemand(),
                draft -> draft.remoteHosts = List.of(new PeerHost.Name("gw.example.org"))),
                Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE));
        pair.a().start();
        pair.b().start();
        packetsWantThrough(pair);
        return pair;
    }

    /// B refuses what A offers for phase 2.
    private static Pair refused() {
        var pair = new Pair(onDemand(),
                Pair.with(Pair.connection(Pair.B, Pair.A, StartMode.PASSIVE),
                        tunnel -> new Tunnel(tunnel.name(), tunnel.group(), tunnel.traffic(),
                                List.of(ProposalNames.parseEsp("aes256-sha256")), tunnel.lifetime(), tunnel.start())));
        pair.a().start();
        pair.b().start();
        packetsWantThrough(pair);
        return pair;
    }

    @Test
    void packets_do_not_shorten_the_pause_after_phase_1_failed() {
        int tries = failures(unresolved());
        assertTrue(tries >= 5 && tries <= MOST_TRIES, "tried " + tries + " times");
    }

    @Test
    void packets_do_not_shorten_the_pause_after_phase_2_failed() {
        long tries = quickModes(refused().a());
        assertTrue(tries >= 5 && tries <= MOST_TRIES, "tried " + tries + " times");
    }

    /// Each refusal may be the fault of phase 1, but not so often.
    @Test
    void phase_1_is_renewed_after_some_refusals_only() {
        long phaseOnes = refused().a().reports(Report.Succeeded.class).stream()
                .filter(each -> each.mode() == Report.Mode.MAIN_MODE).count();
        assertTrue(phaseOnes >= 2 && phaseOnes <= 4, "negotiated " + phaseOnes + " times");
    }

    @Test
    void what_wants_through_gets_through_when_the_cause_is_gone() {
        Pair pair = unresolved();
        pair.a().names.put("gw.example.org", List.of(Pair.B));
        pair.advance(Duration.ofSeconds(75));
        pair.assertConnected();
    }

    @Test
    void the_operator_does_not_wait_for_the_pause() {
        Pair pair = unresolved();
        pair.a().names.put("gw.example.org", List.of(Pair.B));
        pair.a().event(new Event.Up("site"));
        pair.advance(SECOND);
        pair.assertConnected();
        Pair other = refused();
        long before = quickModes(other.a());
        other.a().event(new Event.Up("site"));
        other.advance(SECOND);
        assertEquals(before + 1, quickModes(other.a()));
    }
}
