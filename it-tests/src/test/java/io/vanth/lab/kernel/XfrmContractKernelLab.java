package io.vanth.lab.kernel;

import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.DataPlaneContract;

/// The kernel does what every data plane does.
final class XfrmContractKernelLab extends DataPlaneContract {
    XfrmContractKernelLab() {}

    @Override
    protected ConnectedPlanes open() throws Exception {
        return XfrmPlanes.open();
    }
}
