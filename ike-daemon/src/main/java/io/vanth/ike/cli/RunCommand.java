package io.vanth.ike.cli;

import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.ike.api.ControlApi;
import io.vanth.ike.api.ControlServer;
import io.vanth.ike.api.EventFeed;
import io.vanth.ike.api.MetricsServer;
import io.vanth.ike.api.Reload;
import io.vanth.ike.api.RemoteServer;
import io.vanth.ike.api.SocketClaim;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Finding;
import io.vanth.ike.config.Severity;
import io.vanth.ike.config.Surroundings;
import io.vanth.ike.log.CertificateLog;
import io.vanth.ike.log.Escaped;
import io.vanth.ike.log.Journal;
import io.vanth.ike.log.LogSetup;
import io.vanth.ike.log.ReportLog;
import io.vanth.ike.metrics.DaemonMetrics;
import io.vanth.ike.runtime.Daemon;
import io.vanth.ike.runtime.MarkedMachine;
import io.vanth.ike.runtime.StartException;
import io.vanth.ike.runtime.SteadyClock;
import io.vanth.ike.runtime.Supervisor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `vanth run`.
@Command(name = "run", mixinStandardHelpOptions = true, description = {
        "Runs the daemon in the foreground.", "As root, or with the capabilities NET_ADMIN and NET_BIND_SERVICE,",
        "and NET_RAW for ESP and AH without UDP.",
        "It checks the configuration as 'vanth check' does, and logs to standard error."}, exitCodeList = {
                "0:it was told to end, by SIGTERM or SIGINT, and has",
                "1:it cannot start, or something in it is broken; the last lines say what", Help.USAGE}, footer = {
                        "vanth run",
                        "vanth run -c /etc/vanth/lab.yaml      a second one, with a control: {socket: ...} of its own",
                        "", "Signals:",
                        "SIGTERM, SIGINT   delete the SAs at the peers and end; networks of tunnels stay blocked",
                        "SIGHUP            as vanth reload; what comes of it is logged", "", "Environment:",
                        "VANTH_OPTS        more options for the JVM, as -Xmx256m",
                        "NOTIFY_SOCKET     set by systemd, which is told when it is ready: docker/vanth.service",
                        "JOURNAL_STREAM    set by systemd: log lines then have priorities, and no time of their own"})
final class RunCommand implements Callable<Integer> {
    /// Not an exit status: the daemon runs on its own threads.
    static final int STAYS = -1;
    private static final long TICK_MILLIS = 5000;
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", defaultValue = "/etc/vanth/vanth.yaml", description = {
            "The configuration (default: ${DEFAULT-VALUE})."})
    private Path file;

    @Option(names = "--open", description = {"Let traffic of the tunnels pass unprotected once the daemon has ended.",
            "Without this it stays blocked."})
    private boolean open;

    @Option(names = "--rehearse", hidden = true, description = {"Start as far as it goes without privileges, and end.",
            "The container image is built with what the JVM keeps of it."})
    private boolean rehearse;

    @Spec
    private CommandSpec spec;

    private final Supervisor supervisor = Supervisor.ofProcess();
    /// Held until the process ends.
    private Optional<SocketClaim> claim = Optional.empty();
    private final AtomicBoolean unsuccessful = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    /// What SIGHUP asks for, from when there is something to reload.
    private final CompletableFuture<Runnable> reload = new CompletableFuture<>();

    RunCommand() {}

    @Override
    public Integer call() throws Refusal {
        // First of all: until it is handled, it ends the process.
        boolean hangups = Hangup.handle(() -> reload.join().run());
        DataPlanes.prepareDefault();
        var loader = new ConfigLoader(Surroundings.ofProcess(new MarkedMachine(), DataPlanes.names()));
        ConfigLoader.Outcome outcome = loader.load(file);
        outcome.findings().forEach(this::print);
        Configuration configuration = outcome.configuration()
                .orElseThrow(() -> new Refusal("%s cannot be used".formatted(file)));
        LogSetup.use(configuration.log().json(), configuration.log().level());
        if (!hangups) {
            LOG.info("SIGHUP is ignored, as nohup does it: 'vanth reload' reads the configuration again");
        }
        try {
            claim = Optional.of(SocketClaim.take(configuration.control().socket()));
            Listening.of(configuration).check();
            serve(loader, configuration);
            return STAYS;
        } catch (StartException failed) {
            claim.ifPresent(SocketClaim::close);
            throw new Refusal(failed.getMessage(), failed);
        }
    }

    private void print(Finding finding) {
        String mark = Journal.mark(finding.severity() == Severity.ERROR ? Level.ERROR : Level.WARN);
        spec.commandLine().getErr().println(mark + Escaped.text(finding.toString()));
    }

    private void serve(ConfigLoader loader, Configuration configuration) throws StartException, Refusal {
        InstantSource clock = new SteadyClock();
        ReportLog log = new ReportLog(clock);
        DaemonMetrics metrics = new DaemonMetrics(Version.text(), configuration.connections());
        metrics.configured(configuration.connections(), configuration.certificates());
        EventFeed events = new EventFeed(clock);
        DataPlaneProvider plane = DataPlanes.named(configuration.dataPlane().name());
        Daemon daemon = Daemon.open(new Daemon.Setup("vanth", configuration,
                rehearse ? new Rehearsal(plane) : plane, open, clock, new SecureRandom(),
                report -> {
                    log.accept(report);
                    metrics.accept(report);
                    events.accept(report);
                }, this::crash));
        List<AutoCloseable> servers = new CopyOnWriteArrayList<>();
        try {
            var reloading = new Reload(daemon, loader, file, next -> {
                metrics.configured(next.connections(), next.certificates());
                LogSetup.use(next.log().json(), next.log().level());
            });
            daemon.every(TICK_MILLIS, log::tick);
            daemon.every(TICK_MILLIS, () -> events.counters(daemon.counters()));
            daemon.every(TICK_MILLIS, new CertificateLog(() -> daemon.configuration().certificates(), clock)::tick);
            supervisor.follow(daemon, TICK_MILLIS);
            // Before the first SA: whatever is there then is deleted at its peer in the end.
            if (!whenStopped(() -> stop(daemon, servers, log))) {
                daemon.close();
                return;
            }
            daemon.begin();
            // Who finds them open may ask for anything.
            var api = new ControlApi(daemon, Optional.of(reloading), Version.text(), events);
            if (configuration.control().remote().isPresent()) {
                RemoteServer remote = RemoteServer.open(api, daemon.configuration().control().remote().orElseThrow());
                servers.add(remote);
                reloading.follow(next -> next.control().remote().ifPresent(remote::renew));
            }
            reload.complete(() -> events.reloaded(reloading.apply()));
            if (configuration.metrics().isPresent()) {
                servers.add(MetricsServer.open(daemon, metrics, configuration.metrics().get()));
            }
            // The last one: whoever waits for its answer finds everything there.
            servers.add(ControlServer.open(api, configuration.control().socket()));
            LOG.info("vanth {} runs with {} connection(s) of {}, control socket {}{}", Version.text(),
                    configuration.connections().size(), file, configuration.control().socket(),
                    Listening.of(configuration).text());
            supervisor.ready();
            if (rehearse) {
                endRehearsal(configuration.control().socket());
            }
        } catch (StartException failed) {
            if (stopping.get()) {
                LOG.info("told to stop while it started: {}", failed.getMessage());
                return;
            }
            unsuccessful.set(true);
            close(servers);
            daemon.close();
            throw daemon.stillBlocking(failed);
        }
    }

    /// By a command that asks the daemon, as health checks do.
    private void endRehearsal(Path socket) throws Refusal {
        LOG.info("rehearsed: {}", StatusText.of(new ControlClient(socket).get("/api/status")));
        new Thread(() -> System.exit(Main.DONE), "vanth-rehearsed").start();
    }

    /// A broken core cannot be trusted with anything more.
    private void crash(Throwable broken) {
        unsuccessful.set(true);
        new Thread(() -> System.exit(Main.NO), "vanth-crash").start();
    }

    /// Whether `stop` will run at the end of the process; not when that has begun already.
    private static boolean whenStopped(Runnable stop) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "vanth-stop"));
            return true;
        } catch (IllegalStateException ending) {
            LOG.info("told to stop while it started: {}", ending.getMessage());
            return false;
        }
    }

    /// Runs when the process is told to end. The JVM would answer SIGTERM with status 143, hence the halt.
    private void stop(Daemon daemon, List<AutoCloseable> servers, ReportLog log) {
        stopping.set(true);
        LOG.info("vanth stops");
        supervisor.stopping();
        close(servers);
        daemon.close();
        log.flush();
        LOG.info("vanth has stopped");
        Runtime.getRuntime().halt(unsuccessful.get() ? Main.NO : Main.DONE);
    }

    /// Those that are open, while the daemon still is.
    private static void close(List<AutoCloseable> servers) {
        List<AutoCloseable> left = List.copyOf(servers);
        servers.clear();
        for (AutoCloseable server : left) {
            try {
                server.close();
            } catch (Exception broken) { // AutoCloseable declares it
                LOG.warn("a server did not stop", broken);
            }
        }
    }
}
