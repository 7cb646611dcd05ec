package io.vanth.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The daemon as its users start it, on a gateway, driven through its command line.
final class Vanth implements AutoCloseable {
    private static final Path COMMAND = Path.of(System.getProperty("vanth.home", ".."), "ike-daemon", "bin", "vanth")
            .toAbsolutePath().normalize();
    /// Tells the command that the build is fresh, which it is: the same Maven run has just made it.
    private static final Path BUILT = COMMAND.resolveSibling("../target/vanth.built").normalize();

    /// In the kernel's guest, which has one slow processor, and while others use that.
    private static final Duration START = Duration.ofSeconds(90);

    private final Site site;
    private final Path folder;
    private final Besides besides;
    private Daemon daemon;

    private Vanth(Site site, Path folder, Besides besides) {
        this.site = site;
        this.folder = folder;
        this.besides = besides;
    }

    /// Starts it with these connections, and waits until it answers.
    static Vanth start(Site site, List<Link> links, Besides besides) {
        Vanth vanth = new Vanth(site, site.lab().folder("vanth-" + site.name()), besides);
        vanth.configure(links);
        site.lab().own(vanth);
        vanth.start();
        return vanth;
    }

    private void configure(List<Link> links) {
        try {
            Files.writeString(BUILT, "");
            Files.writeString(config(), VanthConfig.of(socket(), links, besides));
            for (Link link : links) {
                link.local().proof().ifPresent(proof -> proof.writeForVanth(folder, link));
                Path secret = folder.resolve(VanthConfig.secretFile(link));
                Files.deleteIfExists(secret);
                Files.createFile(secret,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(secret, link.secret() + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `vanth reload` after its files were written anew, however it ends.
    Command.Result reload(Link... links) {
        configure(List.of(links));
        return cli("reload").run();
    }

    /// The same with `words` put behind the line that begins the connection of the last link.
    Command.Result reloadWith(String words, Link... links) {
        configure(List.of(links));
        String begin = "  %s:\n".formatted(links[links.length - 1].name());
        try {
            Files.writeString(config(), Files.readString(config()).replace(begin, begin + "    " + words + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cli("reload").run();
    }

    /// SIGHUP after its files were written anew.
    void hangUp(Link... links) {
        configure(List.of(links));
        daemon.signal("HUP");
    }

    /// What `vanth reload --plan` prints after its files were written anew.
    String plan(Link... links) {
        configure(List.of(links));
        return cli("reload", "--plan").checked();
    }

    /// Starts it again, after it ended, with the same configuration.
    void start() {
        start("run");
    }

    /// The same, and once it has ended its networks are reached in clear.
    void startOpen() {
        start("run", "--open");
    }

    /// `vanth run`, which is expected to end by itself.
    Command.Result tryRun(String... words) {
        return tryRun(List.of(), words);
    }

    /// `vanth run`, told to stop so many seconds after its begin: however far its start has come.
    Command.Result runFor(double seconds) {
        return tryRun(List.of("timeout", "--preserve-status", Double.toString(seconds)));
    }

    private Command.Result tryRun(List<String> around, String... words) {
        List<String> command = new ArrayList<>(around);
        command.addAll(List.of(COMMAND.toString(), "run", "-c", config().toString()));
        command.addAll(List.of(words));
        return site.gateway().command(command.toArray(String[]::new)).limit(START)
                .environment(Map.of("VANTH_OPTS", besides.jvm())).run();
    }

    private void start(String... words) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP", COMMAND.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("-c", config().toString()));
        daemon = site.gateway().start("vanth", logFile(), Map.of("VANTH_OPTS", besides.jvm()),
                besides.around(command));
        Await.until("Vanth answers", START, () -> {
            if (!daemon.running()) {
                throw new AssertionError("Vanth ended with %d\n%s".formatted(daemon.awaitExit(Duration.ZERO), log()));
            }
            return api().answers();
        }, this::log);
    }

    /// `vanth up`; fails when the connection does not come up.
    void up(Link link) {
        cli("up", link.name()).checked();
        awaitUp(link);
    }

    /// `vanth up`, however it ends.
    Command.Result tryUp(Link link) {
        return cli("up", link.name()).run();
    }

    /// The same, which must end within that time.
    Command.Result tryUp(Link link, Duration limit) {
        return cli("up", link.name()).limit(limit).run();
    }

    /// `vanth up`, without waiting for what comes of it.
    void begin(Link link) {
        cli("up", link.name(), "--no-wait").checked();
    }

    void down(Link link) {
        cli("down", link.name()).checked();
    }

    /// `vanth down --hold`: the peer cannot bring it up either.
    void hold(Link link) {
        cli("down", link.name(), "--hold").checked();
    }

    /// `vanth rekey`, until there are new keys.
    void rekey(Link link) {
        cli("rekey", link.name()).checked();
    }

    void awaitUp(Link link) {
        awaitUp(link, Await.LIMIT);
    }

    void awaitUp(Link link, Duration limit) {
        Await.until(link.tunnel() + " is up at Vanth", limit, () -> isUp(link), () -> status().toPrettyString());
    }

    void awaitDown(Link link) {
        Await.until(link.tunnel() + " is down at Vanth", Await.LIMIT,
                () -> "down".equals(tunnel(link).path("state").asText()), () -> status().toPrettyString());
    }

    boolean isUp(Link link) {
        return "up".equals(tunnel(link).path("state").asText());
    }

    /// What `status` gives as the reason why the connection or its tunnel is not up: a label and a sentence; empty
    /// while there is none.
    String failure(Link link) {
        JsonNode ofConnection = connection(link).path("lastFailure");
        JsonNode ofTunnel = tunnel(link).path("lastFailure");
        JsonNode failure = ofTunnel.hasNonNull("text") ? ofTunnel : ofConnection;
        return failure.hasNonNull("text") ? failure.path("reason").asText() + ": " + failure.path("text").asText() : "";
    }

    /// Waits until `status` and the log both give this reason.
    void awaitFailure(Link link, String... texts) {
        for (String text : texts) {
            Await.until("status of %s names: %s".formatted(link.name(), text), Duration.ofSeconds(60),
                    () -> failure(link).contains(text), () -> status().toPrettyString());
            Await.until("a log line names %s and: %s".formatted(link.name(), text), Await.LIMIT, () -> log().lines()
                    .anyMatch(line -> line.contains(link.name()) && line.contains(text)), this::log);
        }
    }

    /// Waits until a line of the log has that text.
    void awaitLog(String text) {
        Await.until("a log line says: " + text, Await.LIMIT, () -> log().contains(text), this::log);
    }

    /// What `vanth explain` says to people.
    String explain(Link link) {
        return cli("explain", link.name()).checked();
    }

    /// What `vanth explain --capture` says of a capture, as this gateway's configuration sees it: a text for each
    /// negotiation.
    List<JsonNode> explain(Path capture) {
        return Command.of(COMMAND.toString(), "explain", "--capture", capture.toString(), "-c", config().toString(),
                "--json").environment(ClassCache.COMMAND.environment()).checked().lines().map(ControlApi::parse)
                .toList();
    }

    /// `vanth explain` says all this, `%s` being the connection; what it says.
    String assertExplains(Link link, List<String> texts) {
        // Lines are wrapped for the reader.
        String text = explain(link);
        String joined = text.replaceAll("\\s+", " ");
        texts.stream().map(each -> each.formatted(link.name())).forEach(each -> assertTrue(joined.contains(each),
                () -> each + " is not in:\n" + text));
        return text;
    }

    void assertDown(Link link) {
        assertNotEquals("up", tunnel(link).path("state").asText());
    }

    /// `vanth explain` of a name, however it ends.
    Command.Result tryExplain(String name) {
        return cli("explain", name).run();
    }

    /// What `vanth status` says to people.
    String statusText() {
        return cli("status").checked();
    }

    /// The daemon's whole state, as `vanth status --json` prints it.
    JsonNode status() {
        return api().get("/api/status");
    }

    JsonNode connection(Link link) {
        return named(status().path("connections"), link.name());
    }

    JsonNode tunnel(Link link) {
        return named(connection(link).path("tunnels"), Link.TUNNEL);
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false).filter(node -> name.equals(node.path("name").asText()))
                .findFirst().orElse(MissingNode.getInstance());
    }

    /// What Prometheus gets.
    String metrics() {
        return http("/metrics").split("\r\n\r\n", 2)[1];
    }

    /// The status of `/health/live` or `/health/ready`, and the lines it gives; empty where nobody answers.
    String health(String of) {
        return http("/health/" + of).replaceFirst("(?s)^HTTP/1\\.[01] (\\d+) .*?\r\n\r\n", "$1 ").strip();
    }

    private String http(String path) {
        return site.gateway().command("bash", "-c", """
            exec 3<>/dev/tcp/127.0.0.1/9464
            printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$0" >&3
            cat <&3
            """, path).run().output();
    }

    /// kill -9: no peer is told.
    void kill() {
        daemon.kill();
    }

    /// SIGTERM; the exit status.
    int terminate() {
        return daemon.terminate();
    }

    String log() {
        return Daemon.read(logFile());
    }

    /// What a GET of its API gives.
    JsonNode get(String path) {
        return api().get(path);
    }

    /// What the JDK's `jcmd` prints of the JVM that it runs in.
    String jcmd(String... words) {
        ProcessHandle java = daemon.processes().filter(each -> each.info().command()
                .filter(command -> command.endsWith("/java")).isPresent()).findFirst().orElseThrow();
        List<String> command = new ArrayList<>(List.of(
                Path.of(java.info().command().orElseThrow()).resolveSibling("jcmd").toString(),
                Long.toString(java.pid())));
        command.addAll(List.of(words));
        return Command.of(command).checked();
    }

    private ControlApi api() {
        return new ControlApi(socket());
    }

    /// `vanth` with these words.
    Command cli(String... words) {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--socket", socket().toString()));
        return Command.of(command).limit(Duration.ofMinutes(2)).environment(ClassCache.COMMAND.environment());
    }

    /// `vanth` with these words and nothing else, on the gateway.
    Command there(String... words) {
        return Command.of(thereWords(List.of(words))).in(site.gateway().name()).limit(Duration.ofMinutes(2))
                .environment(ClassCache.COMMAND.environment());
    }

    /// The same, which stays: what it prints goes to a file in the lab's folder.
    Daemon staying(String name, String... words) {
        return site.lab().own(site.gateway().start(name, site.lab().folder().resolve(name), Map.of(),
                thereWords(List.of(words))));
    }

    private static List<String> thereWords(List<String> words) {
        List<String> command = new ArrayList<>(List.of(COMMAND.toString()));
        command.addAll(words);
        return command;
    }

    Site site() {
        return site;
    }

    Path config() {
        return folder.resolve("vanth.yaml");
    }

    Path socket() {
        return site.lab().socket("vanth-" + site.name());
    }

    private Path logFile() {
        return folder.resolve("vanth.log");
    }

    @Override
    public void close() {
        daemon.close();
    }
}
