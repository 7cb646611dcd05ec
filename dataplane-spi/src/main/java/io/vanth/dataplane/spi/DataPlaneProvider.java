package io.vanth.dataplane.spi;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;

/// Found by `ServiceLoader` and chosen by [#name()] in the config.
public interface DataPlaneProvider {
    /// The name by which the config chooses it.
    String name();

    /// Opens the data plane. Blocks; not for an event loop.
    DataPlane open(DataPlaneContext context) throws DataPlaneException;
}
