package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.DataPlaneContract;

/// The userspace engine keeps the contract without UDP too, requirements D-4 and D-6.
final class RawContractTest extends DataPlaneContract {
    @Override
    protected ConnectedPlanes open() throws Exception {
        return new InMemoryPlanes(false);
    }
}
