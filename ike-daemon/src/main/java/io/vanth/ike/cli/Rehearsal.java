package io.vanth.ike.cli;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.spi.DataPlaneContext;
import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.dataplane.userspace.engine.InMemoryDevices;
import io.vanth.dataplane.userspace.engine.UserspaceDataPlaneProvider;
import io.vanth.dataplane.userspace.port.NatTraversalSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A data plane as far as it opens without privileges: the system's, and where that is refused one in memory. So a start
/// of the daemon can be rehearsed where it may change nothing, for the JVM to keep what it has read and linked by then.
///
/// @param played the data plane of the start that is rehearsed
record Rehearsal(DataPlaneProvider played) implements DataPlaneProvider {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int NO_MARK = 0;

    @Override
    public String name() {
        return played.name();
    }

    @Override
    public DataPlane open(DataPlaneContext context) throws DataPlaneException {
        try {
            return played.open(context);
        } catch (DataPlaneException refused) {
            LOG.info("rehearsed in memory: {}", refused.getMessage());
            return new UserspaceDataPlaneProvider(new InMemoryDevices(
                    local -> NatTraversalSocket.open(local, NO_MARK))).open(context);
        }
    }
}
