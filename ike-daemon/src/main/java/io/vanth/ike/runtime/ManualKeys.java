package io.vanth.ike.runtime;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneEvent;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.ike.manual.Lack;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.manual.ManualTable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The manual SAs and policies in a daemon: at its start, and when the data plane reports that one has ended.
final class ManualKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManualKeys.class);

    private final ManualTable table;
    private final ExecutorService reports;

    ManualKeys(DataPlane plane, String name) {
        this.table = new ManualTable(plane);
        this.reports = Executors
                .newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name + "-manual").factory());
    }

    ManualTable table() {
        return table;
    }

    /// Puts the policies in place; the SAs follow when the sockets that they may need are open.
    void protect(ManualEntries entries) throws StartException {
        run(() -> table.protect(entries));
    }

    void configure(ManualEntries entries) throws StartException {
        run(() -> table.configure(entries));
        table.lacks().stream().map(ManualKeys::text).forEach(LOG::warn);
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
                LOG.warn("what is left of {} could not be removed: {}", event.id(), refused.getMessage());
            }
        });
    }

    @Override
    public void close() {
        reports.shutdownNow();
        table.close();
    }
}
