package io.vanth.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// What happens between a daemon and strongSwan is told to who listens, as it happens.
@InLab({Program.IP, Program.NFT, Program.PING, Program.STRONGSWAN, Program.CURL})
final class EventsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DELAY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    @Test
    void aLifeIsToldOverTcp(Lab lab) {
        var net = lab.siteToSite();
        ApiFiles files = ApiFiles.in(lab);
        Link link = net.link().dpd(DELAY, TIMEOUT);
        StrongSwan swan = net.b().strongSwan(net.atB(net.link()));
        Vanth vanth = net.a().vanth(files.token(), link);
        Daemon listener = listen(vanth, files, "all");
        Daemon ofAnother = listen(vanth, files, "lan", link.name() + "/" + Link.TUNNEL);
        vanth.up(link);
        await(listener, "isakmp_up", "");
        String up = await(listener, "tunnel_up", link.name()).path("id").asText();
        vanth.rekey(link);
        await(listener, "tunnel_rekeyed", link.name());
        vanth.down(link);
        await(listener, "tunnel_down", link.name());
        assertFalse(net.traffic(link).answers());
        assertTrue(await(listener, "packets_dropped", "").path("packets").size() > 0, listener::log);
        vanth.up(link);
        swan.kill();
        await(listener, "dpd_sent", link.name());
        await(listener, "dpd_timed_out", link.name());
        swan.start();
        swan.reload(net.atB(net.link().secret("quite another key than that of the daemon")));
        assertEquals(1, vanth.tryUp(link).exit());
        assertFalse(await(listener, "negotiation_failed", link.name()).path("reason").asText().isEmpty());
        assertEquals(0, vanth.reload(link.lifetime(Duration.ofMinutes(30))).exit());
        await(listener, "config_changed", "");
        assertEquals(1, vanth.reload(link.ike("nonsense")).exit());
        await(listener, "config_refused", "");
        resumed(vanth, files, listener, up);
        List<String> ofTunnel = lines(listener).stream().filter(each -> each.contains("\"connection\":")).toList();
        Await.until("the other has them too", Await.LIMIT, () -> lines(ofAnother).size() >= ofTunnel.size(),
                ofAnother::log);
        assertEquals(ofTunnel, lines(ofAnother).subList(0, ofTunnel.size()), "only those of the tunnel");
        assertFalse(listener.log().contains(link.secret()) || listener.log().contains(ApiFiles.TOKEN));
    }

    /// Who comes back with an id gets what came behind it, in the same words.
    private static void resumed(Vanth vanth, ApiFiles files, Daemon listener, String id) {
        List<String> all = lines(listener);
        int place = IntStream.range(0, all.size()).filter(each -> all.get(each).contains("\"" + id + "\"")).findFirst()
                .orElseThrow();
        List<String> behind = all.subList(place + 1, all.size());
        Daemon again = listen(vanth, files, "again", "--after", id);
        Await.until("all came again", Await.LIMIT, () -> lines(again).size() >= behind.size(), again::log);
        assertEquals(behind, lines(again).subList(0, behind.size()));
        Daemon unknown = listen(vanth, files, "unknown", "--after", "zzz-1");
        await(unknown, "missed", "");
    }

    private static Daemon listen(Vanth vanth, ApiFiles files, String name, String... more) {
        List<String> words = new ArrayList<>(List.of("events", "--json", "--url", "http://127.0.0.1:9465",
                "--token-file", files.path("token")));
        words.addAll(List.of(more));
        int before = listeners(vanth);
        Daemon listener = vanth.staying("events-" + name, words.toArray(String[]::new));
        Await.until("it listens", Await.LIMIT, () -> listeners(vanth) > before || !lines(listener).isEmpty(),
                listener::log);
        return listener;
    }

    /// Connections of commands that stay.
    private static int listeners(Vanth vanth) {
        return (int) vanth.site().gateway().command("ss", "-Htn", "state", "established", "dport", "= :9465").checked()
                .lines().count();
    }

    private static List<String> lines(Daemon listener) {
        return listener.log().lines().filter(each -> each.startsWith("{") && each.endsWith("}")).toList();
    }

    private static JsonNode await(Daemon listener, String type, String connection) {
        Await.until("%s is told".formatted(type), Duration.ofSeconds(60),
                () -> lines(listener).stream().anyMatch(each -> is(json(each), type, connection)), listener::log);
        return lines(listener).stream().map(EventsIT::json).filter(each -> is(each, type, connection)).findFirst()
                .orElseThrow();
    }

    private static boolean is(JsonNode event, String type, String connection) {
        return event.path("type").asText().equals(type)
                && (connection.isEmpty() || event.path("connection").asText().equals(connection));
    }

    /// A listener that is stopped costs the daemon nothing, and learns why when it goes on.
    @Test
    void aListenerThatSleepsIsDroppedWithAReason(Lab lab) throws IOException {
        var net = lab.siteToSite();
        Vanth vanth = net.a().vanth(net.link());
        Daemon listener = vanth.staying("events-slow", "events", "--json", "--socket", vanth.socket().toString());
        String good = Files.readString(vanth.config());
        Files.writeString(vanth.config(), good.replace("mode: main", "mode: slow"));
        Curl curl = Curl.socket(vanth);
        Await.until("it listens", Await.LIMIT, () -> {
            curl.ask("POST", "/api/reload");
            return !lines(listener).isEmpty();
        }, listener::log);
        listener.signal("STOP");
        Files.writeString(vanth.config(), good + IntStream.range(0, 100)
                .mapToObj(each -> "unknown%d: a key that no configuration has%n".formatted(each))
                .collect(Collectors.joining()));
        String[] many = new String[500];
        Arrays.fill(many, curl.base() + "/api/reload");
        for (int round = 0; round < 20 && !vanth.log().contains("a listener to events is dropped"); round++) {
            curl.run("POST", "/api/reload", many);
        }
        listener.signal("CONT");
        assertEquals(1, listener.awaitExit(Await.LIMIT), listener::log);
        assertTrue(listener.log().contains("\"type\":\"dropped\""), "the reason is the last word");
        assertEquals(200, curl.ask("GET", "/api/status").code());
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException bad) {
            throw new AssertionError(line, bad);
        }
    }
}
