package io.vanth.dataplane.spi;

import io.vanth.dataplane.DataPlane;
import io.vanth.dataplane.DataPlaneException;

/// Found by `ServiceLoader` and chosen by [#name()] in the config.
public interface DataPlaneProvider {
    /// The name by which the config chooses it.
    String name();

    /// Does of [#open(DataPlaneContext)] what needs no context and takes its time, such as the linking of native functions.
    /// For any thread, while another reads the configuration; nobody has to call it.
    default void prepare() {}

    /// Opens the data plane. Blocks; not for an event loop.
    DataPlane open(DataPlaneContext context) throws DataPlaneException;
}
