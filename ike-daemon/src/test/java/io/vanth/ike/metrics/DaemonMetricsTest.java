package io.vanth.ike.metrics;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DaemonMetricsTest {
    private static final Report.Subject SUBJECT = new Report.Subject(Optional.of("site"), Optional.of("lan"),
            "192.0.2.2:500", "quick mode", 1);

    private static Connection connection() {
        var traffic = new TrafficPair(TrafficSelector.of(AddressRange.parse("10.1.0.0/24")),
                TrafficSelector.of(AddressRange.parse("10.2.0.0/24")));
        var tunnel = new Tunnel("lan", new SaGroup(1), traffic, List.of(ProposalNames.parseEsp("aes128gcm16")),
                Duration.ofHours(1), StartMode.PASSIVE);
        return ConnectionDraft.change(ConnectionDraft.plain("site", InetAddress.ofLiteral("192.0.2.1"),
                InetAddress.ofLiteral("192.0.2.2"), Secret.owning(new byte[16])),
                draft -> draft.tunnels = List.of(tunnel));
    }

    private static void assertShows(DaemonMetrics metrics, String series) {
        String page = metrics.scrape();
        assertTrue(page.lines().anyMatch(series::equals), () -> series + " is not in\n" + page);
    }

    @Test
    void counters_begin_at_zero() {
        try (var metrics = new DaemonMetrics("1", List.of(connection()))) {
            for (String series : List.of("vanth_tunnels_lost_total 0.0", "vanth_isakmp_ended_total 0.0",
                    "vanth_messages_dropped_total 0.0", "vanth_retransmits_total{direction=\"sent\"} 0.0",
                    "vanth_dpd_total{event=\"timed_out\"} 0.0",
                    "vanth_rekeys_total{connection=\"site\",tunnel=\"lan\"} 0.0",
                    "vanth_negotiations_started_total{mode=\"aggressive_mode\",role=\"initiator\"} 0.0",
                    "vanth_negotiations_succeeded_total{mode=\"quick_mode\",role=\"responder\"} 0.0",
                    "vanth_handshake_duration_seconds_count{mode=\"main_mode\",role=\"initiator\"} 0")) {
                assertShows(metrics, series);
            }
        }
    }

    @Test
    void what_an_operator_takes_down_is_not_lost() {
        try (var metrics = new DaemonMetrics("1", List.of(connection()))) {
            metrics.accept(new Report.TunnelDown(SUBJECT, "taken down by the operator", true));
            assertShows(metrics, "vanth_tunnels_lost_total 0.0");
            metrics.accept(new Report.TunnelDown(SUBJECT, "the peer deleted it", false));
            assertShows(metrics, "vanth_tunnels_lost_total 1.0");
        }
    }

    @Test
    void a_peer_makes_no_labels() {
        try (var metrics = new DaemonMetrics("1", List.of(connection()))) {
            metrics.accept(new Report.Notify(SUBJECT, false, "notify 12345", false, ""));
            assertShows(metrics, "vanth_notifies_total{direction=\"received\",type=\"other\"} 1.0");
            assertFalse(metrics.scrape().contains("12345"));
        }
    }
}
