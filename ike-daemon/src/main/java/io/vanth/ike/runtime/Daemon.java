package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.Policy;
import io.vanth.dataplane.SaStatus;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.ike.config.ConfigLoader;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.exchange.Event;
import io.vanth.ike.exchange.Report;
import io.vanth.ike.local.AddressChoice;
import io.vanth.ike.local.Machine;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.policy.Change;
import io.vanth.ike.policy.Connection;
import io.vanth.ike.policy.LocalHost;
import io.vanth.ike.policy.SaGroups;
import io.vanth.ike.session.Diagnosis;
import io.vanth.ike.session.EngineStatus;
import io.vanth.ike.session.IkeEngine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running daemon: the core on its event loop with sockets and a data plane. Several can live in one process.
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration LATE_ENOUGH = Duration.ofMinutes(10);
    private static final Duration LATEST = Duration.ofDays(365);
    /// More than main mode has requests.
    private static final int REQUESTS = 5;
    private static final Duration HOSTS_REFRESH = Duration.ofSeconds(5);
    /// A reload takes one until the data plane has answered; what is only asked must find another.
    private static final int WORKERS = 4;
    private static final Duration HOOK_LIMIT = Duration.ofSeconds(30);

    private final Setup setup;
    private final Vertx vertx;
    private final CryptoWorkers workers;
    private final TunnelHooks hooks;
    private final IkeVerticle verticle;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    /// Held by who changes what the daemon does.
    private final ReentrantLock changing = new ReentrantLock();
    private final Sockets sockets;
    private final LocalAddresses addresses;
    private final SaGroups groups;
    private final Machine machine;
    private ManualKeys manual;
    private TunnelPolicies policies;
    private List<Event> known = List.of();
    private DataPlane dataPlane;
    private EffectPerformer performer;
    private volatile Configuration configuration;
    private boolean protecting;

    /// What a daemon stands on.
    ///
    /// @param name     for its threads
    /// @param open     whether its end lifts the leak protection
    /// @param reports  called on the event loop, returns at once
    /// @param crashed  called when the core fails; the daemon is of no use then
    public record Setup(String name, Configuration configuration, DataPlaneProvider provider, boolean open,
            InstantSource clock, SecureRandom random, Consumer<Report> reports, Consumer<Throwable> crashed) {}

    private Daemon(Setup setup) {
        this.setup = setup;
        this.configuration = setup.configuration();
        this.groups = new SaGroups(setup.configuration().connections());
        this.vertx = makeVertx();
        LoopWatch.begin(vertx, this::broken);
        this.workers = new CryptoWorkers(setup.random(), setup.name());
        this.hooks = new TunnelHooks(setup.configuration().connections(), new HookProgram(HOOK_LIMIT),
                Duration.ofSeconds(Answers.SHUTDOWN_SECONDS), setup.name());
        this.verticle = new IkeVerticle(new IkeEngine(setup.configuration().connections(), setup.random()),
                setup.clock(), lost, setup.crashed());
        this.sockets = new Sockets(new PortOpener(setup.configuration(), verticle, () -> dataPlane, lost));
        this.machine = new MarkedMachine(setup.configuration().device());
        this.addresses = new LocalAddresses(
                Takeover.locals(setup.configuration().connections()),
                ManualKeys.locals(setup.configuration().manual(), machine),
                new AddressChoice(machine), sockets);
    }

    /// Opens the data plane with its policies, then the sockets. Nothing is negotiated before [#begin()]. Blocks.
    public static Daemon open(Setup setup) throws StartException {
        Daemon daemon = new Daemon(setup);
        try {
            daemon.openAll();
            return daemon;
        } catch (StartException failed) {
            daemon.close();
            throw daemon.stillBlocking(failed);
        } catch (RuntimeException failed) {
            daemon.close();
            throw failed;
        }
    }

    /// A start that failed, with what it leaves behind: protection does not end with a daemon, so that a gateway without
    /// its address sends nothing in clear.
    public StartException stillBlocking(StartException failed) {
        if (!protecting || setup.open()) {
            return failed;
        }
        return new StartException(
                "%s. Until it runs, the networks of its tunnels and policies stay blocked; 'vanth run --open' with this file lifts that, even where it fails as now"
                        .formatted(failed.getMessage()),
                failed);
    }

    private static Vertx makeVertx() {
        ListenerLimits.check();
        VertxOptions options = new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(WORKERS)
                .setInternalBlockingPoolSize(2);
        // /etc/hosts is read again, as the system's own resolver would.
        options.getAddressResolverOptions().setHostsRefreshPeriod((int) HOSTS_REFRESH.toMillis());
        options.getFileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        return Vertx.builder().with(options).withTransport(SocketTransport.best()).build();
    }

    /// Loops end with the daemon, too.
    private void broken(Throwable reason) {
        if (!closed.get()) {
            setup.crashed().accept(reason);
        }
    }

    private void openAll() throws StartException {
        await(vertx.deployVerticle(verticle));
        openDataPlane();
        PlaneCheck.check(setup.configuration(), dataPlane.capabilities());
        addPolicies();
        known = addresses.open();
        manual.begin(setup.configuration().manual());
        Forwarding.warnings(setup.configuration(), machine, Forwarding.SETTINGS).forEach(LOG::warn);
        performer = new EffectPerformer(sockets, dataPlane,
                ((VertxInternal) vertx).nameResolver()::resolveAll, workers, this::report, verticle::post);
    }

    private void report(Report report) {
        hooks.accept(report);
        setup.reports().accept(report);
    }

    /// Begins with what is configured to be up. Blocks.
    public void begin() throws StartException {
        await(verticle.begin(performer, known));
        addresses.follow(setup.name(), event -> await(verticle.tell(event)));
    }

    private void openDataPlane() throws StartException {
        Configuration.DataPlaneChoice choice = setup.configuration().dataPlane();
        try {
            dataPlane = setup.provider().open(new DataPlaneContext(choice.interfaceName(), choice.mtu(),
                    choice.routes(), setup.open(), this::fromDataPlane, setup.clock(), setup.random(),
                    setup.configuration().device()));
        } catch (DataPlaneException refused) {
            throw new StartException("the data plane '%s' cannot be opened: %s".formatted(choice.name(),
                    refused.getMessage()), refused);
        }
    }

    /// On a thread of the data plane.
    private void fromDataPlane(DataPlaneEvent event) {
        if (event instanceof DataPlaneEvent.Expired expired && ManualTable.isManual(expired.group())) {
            manual.expired(expired);
        } else {
            verticle.fromDataPlane(event);
        }
    }

    /// Traffic is protected from the first moment, before anything is negotiated.
    private void addPolicies() throws StartException {
        int espPort = setup.configuration().ports().natTraversal();
        manual = new ManualKeys(dataPlane, port -> port.getPort() == espPort && sockets.isOpen(port.getAddress()),
                setup.name());
        Configuration.DataPlaneChoice choice = setup.configuration().dataPlane();
        protecting = choice.routes() || !choice.name().equals(ConfigLoader.DEFAULT_DATA_PLANE);
        manual.protect(setup.configuration().manual());
        policies = new TunnelPolicies(dataPlane);
        policies.begin(setup.configuration().connections());
        Answers.await(Answers.of(dataPlane::settle));
    }

    /// Done when the event loop of the core comes to it: how late that is says how busy it is.
    public Future<Void> turn() {
        return verticle.turn();
    }

    /// The local ends of connections that have no address now, or no sockets on it; never waits.
    public List<LocalHost> unbound() {
        return addresses.missing();
    }

    /// What there is.
    public Future<EngineStatus> status() {
        return verticle.status();
    }

    /// What there is to explain about a connection, or a tunnel of it; empty when it is not configured.
    public Future<Optional<Diagnosis>> diagnose(String name) {
        return verticle.diagnose(name);
    }

    /// Whether a connection, or a tunnel of it (`connection/tunnel`), is configured.
    public Future<Boolean> knows(String name) {
        return verticle.knows(name);
    }

    /// Brings a connection or tunnel up.
    public void up(String name) {
        verticle.post(new Event.Up(name));
    }

    /// Takes a connection or tunnel down, at the peer too; with `hold` a peer that wants it up again is refused until
    /// [#up(String)].
    public void down(String name, boolean hold) {
        verticle.post(new Event.Down(name, hold));
    }

    /// Negotiates new keys.
    public void rekey(String name) {
        verticle.post(new Event.Rekey(name));
    }

    /// What it does now.
    public Configuration configuration() {
        return configuration;
    }

    /// Does what `next` says from now on, and owns its keys; only what has changed is touched. When it cannot be done,
    /// everything is as before, and `next` is still the caller's. What only a new process changes must not differ. The keys
    /// that are replaced are wiped when no negotiation can use them any more; the secrets of the API that were, are the
    /// caller's. Blocks.
    ///
    /// @return the manual SAs that had to be installed anew
    public List<String> configure(Configuration next) throws StartException {
        changing.lock();
        try {
            return change(next);
        } finally {
            changing.unlock();
        }
    }

    private List<String> change(Configuration next) throws StartException {
        Configuration before = configuration;
        PlaneCheck.check(next, dataPlane.capabilities());
        Heirs heirs = Heirs.of(before.connections(), groups.inherit(before.connections(), next.connections()));
        List<String> restarted = new Takeover(addresses, policies, manual.table(), hooks,
                event -> await(verticle.tell(event)))
                .perform(before.connections(), heirs.connections(), next.manual());
        configuration = before.with(heirs.connections(), next);
        heirs.surplus().forEach(each -> each.authentication().close());
        heirs.replaced().forEach(this::wipeLater);
        return restarted;
    }

    /// What [#configure(Configuration)] would change, but for manual entries; changes nothing.
    public List<Change> changesTo(Configuration next) {
        changing.lock();
        try {
            return difference(next);
        } finally {
            changing.unlock();
        }
    }

    private List<Change> difference(Configuration next) {
        List<Change> changes = new ArrayList<>(configuration.changesTo(next));
        List<Connection> before = configuration.connections();
        policies.reordered(new SaGroups(before).inherit(before, next.connections())).stream()
                .map(Change::makesRoom)
                .filter(each -> changes.stream().noneMatch(other -> other.what().equals(each.what())))
                .forEach(changes::add);
        return changes;
    }

    private void wipeLater(Connection replaced) {
        Duration longest = replaced.retransmission().longest().multipliedBy(REQUESTS).plus(LATE_ENOUGH);
        vertx.setTimer((longest.compareTo(LATEST) < 0 ? longest : LATEST).toMillis(),
                _ -> replaced.authentication().close());
    }

    /// SAs and policies that nobody negotiates.
    public ManualTable manual() {
        return manual.table();
    }

    /// The policies of the data plane in the order in which they are looked at.
    public CompletionStage<List<Policy>> policies() {
        return dataPlane.policies();
    }

    /// The SAs of the data plane with their counters.
    public CompletionStage<List<SaStatus>> associations() {
        return dataPlane.associations();
    }

    /// Counters of the data plane and of the daemon's own sockets, by name; never waits.
    public Map<String, Long> counters() {
        Map<String, Long> all = new HashMap<>(dataPlane.counters());
        all.put("daemon_datagrams_lost", lost.get());
        return all;
    }

    /// A context on another event loop than the core's, for who must answer while that is busy.
    public ContextInternal besideCore() {
        ContextInternal context;
        do {
            context = ((VertxInternal) vertx).createEventLoopContext();
        } while (context.nettyEventLoop().equals(verticle.loop().nettyEventLoop()));
        return context;
    }

    /// The Vert.x instance, for servers that live as long as the daemon.
    public Vertx vertx() {
        return vertx;
    }

    /// Calls `work` on an event loop every `millis` until the daemon ends.
    public void every(long millis, Runnable work) {
        vertx.setPeriodic(millis, _ -> work.run());
    }

    /// What the daemon was made from.
    public Setup setup() {
        return setup;
    }

    /// Deletes all SAs at their peers and ends; leak protection stays unless the setup says otherwise. Blocks for a few
    /// seconds at most; closing again does nothing.
    @Override
    public void close() {
        boolean alone = waitForChange();
        try {
            if (!closed.getAndSet(true)) {
                end();
            }
        } finally {
            if (alone) {
                changing.unlock();
            }
        }
    }

    /// A change that waits for a data plane may take longer than a daemon has that is told to stop.
    private boolean waitForChange() {
        try {
            return changing.tryLock(Answers.SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void end() {
        addresses.close();
        if (verticle.loop() != null) {
            Answers.finish(verticle.shutdown());
        }
        hooks.close();
        sockets.close();
        workers.close();
        if (dataPlane != null) {
            dataPlane.close();
        }
        if (manual != null) {
            manual.close();
        }
        Answers.finish(vertx.close().toCompletionStage().toCompletableFuture());
    }

    private static <T> T await(Future<T> future) throws StartException {
        return Answers.await(future.toCompletionStage());
    }
}
