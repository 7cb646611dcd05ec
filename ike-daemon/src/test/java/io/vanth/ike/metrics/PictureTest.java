package io.vanth.ike.metrics;

import io.vanth.dataplane.AddressRange;
import io.vanth.dataplane.Cipher;
import io.vanth.dataplane.Direction;
import io.vanth.dataplane.EspTransform;
import io.vanth.dataplane.Mode;
import io.vanth.dataplane.SaGroup;
import io.vanth.dataplane.SaId;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.Secret;
import io.vanth.dataplane.SecurityProtocol;
import io.vanth.dataplane.Spi;
import io.vanth.dataplane.TrafficCounters;
import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.ConnectionDraft;
import io.vanth.ike.policy.ProposalNames;
import io.vanth.ike.policy.StartMode;
import io.vanth.ike.policy.Tunnel;
import io.vanth.ike.session.EngineStatus;
import io.vanth.ike.session.EngineStatus.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What the metrics make of pictures of the core and the data plane.
class PictureTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.2");
    private static final TrafficPair NETWORKS = new TrafficPair(TrafficSelector.of(AddressRange.parse("10.1.0.0/24")),
            TrafficSelector.of(AddressRange.parse("10.2.0.0/24")));
    private static final SaGroup GROUP = new SaGroup(1);
    /// Far above those of connections.
    private static final SaGroup MANUAL = new SaGroup((1 << 23) + 1);

    private final DaemonMetrics metrics = new DaemonMetrics("1", List.of(connection("lan", StartMode.ALWAYS)));

    @AfterEach
    void close() {
        metrics.close();
    }

    private static Connection connection(String tunnel, StartMode start) {
        var only = new Tunnel(tunnel, GROUP, NETWORKS, List.of(ProposalNames.parseEsp("aes128gcm16")),
                Duration.ofHours(1), start);
        return ConnectionDraft.change(ConnectionDraft.plain("site", InetAddress.ofLiteral("192.0.2.1"), PEER,
                Secret.owning(new byte[16])), draft -> draft.tunnels = List.of(only));
    }

    private static SaId id(int spi) {
        return new SaId(SecurityProtocol.ESP, PEER, new Spi(0x1000 + spi));
    }

    private static SaStatus outbound(int spi, SaGroup group, long packets) {
        return new SaStatus(id(spi), Direction.OUTBOUND, Mode.TUNNEL, EspTransform.aead(Cipher.AES_GCM_16, 128),
                List.of(NETWORKS), new InetSocketAddress(PEER, 4500), group, START,
                new TrafficCounters(packets, packets * 100, 0, 0, 0, Optional.empty()));
    }

    private static EngineStatus status(State state, Optional<SaId> child, Optional<String> failure) {
        var last = failure.map(reason -> new EngineStatus.LastFailure(START, reason, "", Optional.empty()));
        var tunnel = new EngineStatus.TunnelStatus("lan", state, START, "", "", Optional.empty(),
                child.map(each -> new EngineStatus.ChildStatus(id(99), each, "", true, START, START, START)),
                Optional.empty(), last, Optional.empty());
        return new EngineStatus(List.of(new EngineStatus.ConnectionStatus("site", state, "", "", "", Optional.empty(),
                List.of(tunnel), Optional.empty(), last)), 3, 2);
    }

    private void assertShows(String... lines) {
        String page = metrics.scrape();
        for (String line : lines) {
            assertTrue(page.lines().anyMatch(line::equals), () -> line + " is not in\n" + page);
        }
    }

    @Test
    void down_counts_from_its_beginning_and_ends() {
        metrics.engine(status(State.UP, Optional.of(id(1)), Optional.empty()), START);
        assertFalse(metrics.scrape().contains("down_seconds{"), metrics::scrape);
        metrics.engine(status(State.NEGOTIATING, Optional.empty(), Optional.of("no_answer")), START.plusSeconds(10));
        metrics.engine(status(State.DOWN, Optional.empty(), Optional.of("no_answer")), START.plusSeconds(40));
        assertShows("vanth_tunnel_up{connection=\"site\",tunnel=\"lan\"} 0.0",
                "vanth_tunnel_wanted{connection=\"site\",tunnel=\"lan\"} 1.0",
                "vanth_tunnel_down_seconds{connection=\"site\",reason=\"no_answer\",tunnel=\"lan\"} 40.0",
                "vanth_connection_down_seconds{connection=\"site\",reason=\"no_answer\"} 30.0",
                "vanth_connections_up 0.0", "vanth_tunnels_configured 1.0",
                "vanth_isakmp_associations{state=\"half_open\"} 3.0",
                "vanth_isakmp_associations{state=\"established\"} 2.0");
        metrics.engine(status(State.UP, Optional.of(id(1)), Optional.empty()), START.plusSeconds(50));
        assertShows("vanth_tunnel_up{connection=\"site\",tunnel=\"lan\"} 1.0", "vanth_tunnels_up 1.0");
        assertFalse(metrics.scrape().contains("down_seconds{"), metrics::scrape);
        metrics.engine(status(State.DOWN, Optional.empty(), Optional.empty()), START.plusSeconds(60));
        assertShows("vanth_connection_down_seconds{connection=\"site\",reason=\"none\"} 0.0");
    }

    @Test
    void associations_are_told_by_their_state() {
        metrics.engine(status(State.UP, Optional.of(id(2)), Optional.empty()), START);
        metrics.installed(List.of(outbound(1, GROUP, 0), outbound(2, GROUP, 0), outbound(3, MANUAL, 0)));
        for (String state : List.of("current", "former", "manual")) {
            assertShows("vanth_ipsec_associations{direction=\"outbound\",state=\"%s\"} 1.0".formatted(state),
                    "vanth_ipsec_associations{direction=\"inbound\",state=\"%s\"} 0.0".formatted(state));
        }
    }

    @Test
    void traffic_never_falls() {
        String packets = "vanth_tunnel_packets_total{connection=\"%s\",direction=\"outbound\",tunnel=\"%s\"} ";
        String lan = packets.formatted("site", "lan");
        assertShows(lan + "0.0");
        metrics.installed(List.of(outbound(1, GROUP, 10)));
        metrics.installed(List.of(outbound(1, GROUP, 15), outbound(2, GROUP, 1), outbound(3, MANUAL, 4)));
        assertShows(lan + "16.0", packets.formatted("manual", "manual") + "4.0");
        metrics.installed(List.of(outbound(2, GROUP, 3), outbound(3, MANUAL, 2)));
        assertShows(lan + "18.0", packets.formatted("manual", "manual") + "6.0",
                "vanth_tunnel_bytes_total{connection=\"site\",direction=\"outbound\",tunnel=\"lan\"} 1800.0");
    }

    @Test
    void a_reload_brings_names_of_its_own() {
        metrics.configured(List.of(connection("other", StartMode.PASSIVE)));
        assertShows("vanth_tunnel_wanted{connection=\"site\",tunnel=\"other\"} 0.0",
                "vanth_tunnel_packets_total{connection=\"site\",direction=\"inbound\",tunnel=\"other\"} 0.0",
                "vanth_rekeys_total{connection=\"site\",tunnel=\"other\"} 0.0");
        assertFalse(metrics.scrape().contains("vanth_tunnel_wanted{connection=\"site\",tunnel=\"lan\"}"));
    }
}
