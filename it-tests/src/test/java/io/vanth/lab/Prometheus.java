package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A Prometheus on a gateway that scrapes the Vanth there, as the example that ships configures it, but for its times: it
/// looks every second, and an alert waits for three.
final class Prometheus implements AutoCloseable {
    private static final Path SHIPPED = Path.of(System.getProperty("vanth.home", ".."), "docker").toAbsolutePath()
            .normalize();
    private static final String ADDRESS = "127.0.0.1:9090";
    /// Variables of the dashboard, and what they stand for here.
    private static final Map<String, String> VARIABLES = Map.of("$__rate_interval", "10s", "$job", ".*", "$instance",
            ".*", "$connection", ".*");

    private final Site site;

    private final Daemon daemon;

    private Prometheus(Site site, Daemon daemon) {
        this.site = site;
        this.daemon = daemon;
    }

    /// Starts it, and waits until it has scraped.
    static Prometheus start(Site site) {
        Path folder = site.lab().folder("prometheus");
        for (String file : List.of("prometheus.yaml", "alerts.yaml")) {
            write(folder.resolve(file), read(SHIPPED.resolve("prometheus").resolve(file))
                    .replaceAll("_interval: \\d+s", "_interval: 1s").replaceAll("for: \\d+m", "for: 3s"));
        }
        Daemon daemon = site.gateway().start("prometheus", folder.resolve("prometheus.log"), Map.of(),
                List.of("prometheus", "--config.file=" + folder.resolve("prometheus.yaml"),
                        "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=" + ADDRESS));
        Prometheus prometheus = new Prometheus(site, daemon);
        site.lab().own(prometheus);
        prometheus.awaitSome("up{job=\"vanth\"} == 1");
        return prometheus;
    }

    /// Its tool, in the folder of what ships.
    static Command.Result tool(String input, String... words) {
        return Command.of(words).input(input).run();
    }

    /// A file that ships.
    static Path shipped(String name) {
        return SHIPPED.resolve(name);
    }

    /// What a query gives now, one line for each series; fails when it is none.
    String query(String expression) {
        return site.gateway().command("promtool", "query", "instant", "http://" + ADDRESS, expression).checked();
    }

    void awaitSome(String expression) {
        Await.until("Prometheus finds " + expression, Await.LIMIT, () -> !tryQuery(expression).isBlank(), this::seen);
    }

    void awaitNone(String expression) {
        Await.until("Prometheus finds no " + expression, Await.LIMIT, () -> tryQuery(expression).isBlank(), this::seen);
    }

    /// Nothing while it starts.
    private String tryQuery(String expression) {
        Command.Result result = site.gateway().command("promtool", "query", "instant", "http://" + ADDRESS, expression)
                .run();
        return result.exit() == 0 ? result.output() : "";
    }

    private String seen() {
        return tryQuery("ALERTS") + tryQuery("vanth_tunnel_up") + daemon.log();
    }

    /// Every query of the dashboard that ships.
    static List<String> dashboardQueries() {
        try {
            JsonNode dashboard = new ObjectMapper().readTree(read(shipped("grafana/vanth.json")));
            return dashboard.findValuesAsText("expr").stream().map(Prometheus::withoutVariables).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In parentheses, because the tool takes what begins with a minus for an option.
    private static String withoutVariables(String query) {
        String plain = "(" + query + ")";
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            plain = plain.replace(variable.getKey(), variable.getValue());
        }
        return plain;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        daemon.close();
    }
}
