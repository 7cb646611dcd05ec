package io.vanth.lab.kernel;

import io.vanth.dataplane.testkit.ConnectedPlanes;
import io.vanth.dataplane.testkit.LayerContract;

/// The kernel does with modes, layers and sequence numbers what every data plane does.
final class XfrmLayersKernelLab extends LayerContract {
    XfrmLayersKernelLab() {}

    @Override
    protected ConnectedPlanes open() throws Exception {
        return XfrmPlanes.open();
    }
}
