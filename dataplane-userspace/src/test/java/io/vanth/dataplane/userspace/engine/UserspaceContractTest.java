package io.vanth.dataplane.userspace.engine;

import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.DataPlaneContract;

/// The userspace engine keeps the contract, requirement D-4.
final class UserspaceContractTest extends DataPlaneContract {
    @Override
    protected ConnectedPlanes open() throws Exception {
        return new InMemoryPlanes();
    }
}
