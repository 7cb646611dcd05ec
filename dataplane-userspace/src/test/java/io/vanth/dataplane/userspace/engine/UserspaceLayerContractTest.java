package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.LayerContract;

/// The userspace engine keeps the contract of layers, ESP in UDP where it is the outermost.
final class UserspaceLayerContractTest extends LayerContract {
    @Override
    protected ConnectedPlanes open() throws Exception {
        return new InMemoryPlanes();
    }
}
