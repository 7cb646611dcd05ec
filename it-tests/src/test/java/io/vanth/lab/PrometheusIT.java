package io.vanth.lab;

import io.vanth.lab.Link.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// O-2 and O-3 as an operator has them: a real Prometheus with the rules and the dashboard that ship.
@InLab({Program.IP, Program.NFT, Program.PING, Program.STRONGSWAN, Program.PROMETHEUS})
final class PrometheusIT {
    private static void assertPasses(Command.Result result) {
        assertEquals(0, result.exit(), result::all);
        assertFalse(result.all().contains("FAILED"), result::all);
    }

    private static void assertPasses(String input, String... words) {
        assertPasses(Prometheus.tool(input, words));
    }

    @Test
    void anAlertFiresWhileThePeerIsGoneAndClearsWhenItIsBack(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.ALWAYS).dpd(Duration.ofSeconds(1), Duration.ofSeconds(4));
        var swan = net.b().strongSwan(net.atB(net.link()));
        var vanth = net.a().vanth(link);
        vanth.awaitUp(link);
        net.traffic(link).pingBothWays();
        var prometheus = Prometheus.start(net.a());
        prometheus.awaitSome("vanth_tunnel_up{connection=\"%s\"} == 1".formatted(link.name()));
        prometheus.awaitSome("sum by (connection) (vanth_tunnel_packets_total{direction=\"inbound\"}) > 0");
        prometheus.awaitSome("vanth_handshake_duration_seconds_count{mode=\"main_mode\",role=\"initiator\"} > 0");
        assertEquals("", prometheus.query("ALERTS").strip(), "nothing is wrong");
        assertPasses(vanth.metrics(), "promtool", "check", "metrics");
        Prometheus.dashboardQueries().forEach(prometheus::query);
        String alert = "ALERTS{alertname=\"VanthTunnelDown\",connection=\"%s\",tunnel=\"lan\",alertstate=\"".formatted(
                link.name());
        String firing = alert + "firing\"}";
        swan.kill();
        prometheus.awaitSome(firing);
        assertFalse(prometheus.query("count_over_time(" + alert + "pending\"}[5m])").isBlank(),
                "it was pending before");
        prometheus.awaitSome(
                "vanth_tunnel_down_seconds{reason=\"peer_dead\"} > 0 or vanth_tunnel_down_seconds{reason=\"no_answer\"} > 0");
        swan.start();
        vanth.awaitUp(link);
        prometheus.awaitNone(firing);
        assertEquals("", prometheus.query("ALERTS{alertname=\"VanthDown\"}").strip());
    }

    @Test
    void whatShipsIsValid() {
        String rules = Prometheus.shipped("prometheus/alerts.yaml").toString();
        assertPasses("", "promtool", "check", "rules", rules);
        assertPasses("", "promtool", "check", "config", Prometheus.shipped("prometheus/prometheus.yaml").toString());
        assertPasses("", "promtool", "test", "rules", Prometheus.shipped("prometheus/alerts-test.yaml").toString());
        assertTrue(Prometheus.dashboardQueries().size() > 20, "queries are found");
    }

    @Test
    void readinessFollowsTheAddress(Lab lab) {
        var net = lab.siteToSite();
        var link = net.link().start(Start.PASSIVE);
        var vanth = net.a().vanth(link.local(link.local().address(Site.WAN)));
        Await.until("it is ready", () -> vanth.health("ready").equals("200 ok"));
        assertEquals("200 ok", vanth.health("live"));
        net.a().gateway().ip("addr del 192.0.2.1/24 dev wan");
        Await.until("it is not ready without an address", () -> vanth.health("ready").startsWith("503"));
        assertTrue(vanth.health("ready").contains("wan"), vanth.health("ready"));
        assertEquals("200 ok", vanth.health("live"));
        net.a().gateway().ip("addr add 192.0.2.1/24 dev wan");
        Await.until("it is ready again", () -> vanth.health("ready").equals("200 ok"));
    }
}
