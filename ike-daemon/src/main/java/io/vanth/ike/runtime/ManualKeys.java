package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.ike.local.Machine;
import io.vanth.ike.manual.Lack;
import io.vanth.ike.manual.ManualCheck;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.manual.ManualTable;
import io.vanth.ike.policy.LocalHost;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The manual SAs and policies in a daemon: at its start, and when the data plane reports that one has ended.
final class ManualKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManualKeys.class);
    private static final long SECONDS_BETWEEN_TRIES = 10;

    private final ManualTable table;
    private final ExecutorService reports;
    private final Executor later;

    /// @param openPorts whether a UDP port takes ESP
    ManualKeys(DataPlane plane, Predicate<InetSocketAddress> openPorts, String name) {
        this.table = new ManualTable(plane, openPorts);
        this.reports = Executors
                .newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name + "-manual").factory());
        this.later = CompletableFuture.delayedExecutor(SECONDS_BETWEEN_TRIES, TimeUnit.SECONDS, reports);
    }

    ManualTable table() {
        return table;
    }

    /// Puts the policies in place; the SAs follow when the sockets that they may need are open.
    void protect(ManualEntries entries) throws StartException {
        run(() -> table.protect(entries));
    }

    /// An SA that the data plane refuses keeps nothing else from working; its policies do without it as they would if it
    /// were not there.
    void begin(ManualEntries entries) throws StartException {
        run(() -> table.begin(entries)
                .forEach((name, reason) -> LOG.error("the manual SA '{}' is not there: {}", name, reason)));
        table.lacks().stream().map(ManualKeys::text).forEach(LOG::warn);
    }

    /// The addresses of this machine on which manual SAs have ESP in UDP.
    static Set<LocalHost> locals(ManualEntries entries, Machine machine) {
        Set<InetAddress> own = machine.interfaces().stream().flatMap(each -> each.addresses().stream())
                .collect(Collectors.toSet());
        return ManualCheck.of(entries).ports().stream().map(InetSocketAddress::getAddress).filter(own::contains)
                .map(LocalHost.Address::new).collect(Collectors.toSet());
    }

    private static String text(Lack lack) {
        return "manual policy '%s': %s".formatted(lack.policy(), lack.reason());
    }

    private interface Work {
        void run() throws DataPlaneException;
    }

    private static void run(Work work) throws StartException {
        try {
            work.run();
        } catch (DataPlaneException refused) {
            throw new StartException("manual: " + refused.getMessage(), refused);
        }
    }

    /// From a thread of the data plane, which must not wait.
    void expired(DataPlaneEvent.Expired event) {
        reports.execute(() -> {
            if (!event.hard()) {
                LOG.warn("the manual SA {} ends soon: give it new keys", event.id());
                return;
            }
            LOG.warn("the manual SA {} has ended: its lifetime is over", event.id());
            try {
                table.expired(event.id());
            } catch (DataPlaneException refused) {
                LOG.warn("what is left of {} could not be removed, and is tried again: {}", event.id(),
                        refused.getMessage());
                later.execute(this::finish);
            }
        });
    }

    private void finish() {
        try {
            if (table.finish()) {
                LOG.info("what was left of manual SAs that have ended is removed");
            }
        } catch (DataPlaneException refused) {
            LOG.debug("what is left of manual SAs could not be removed yet", refused);
            later.execute(this::finish);
        }
    }

    @Override
    public void close() {
        reports.shutdownNow();
        table.close();
    }
}
