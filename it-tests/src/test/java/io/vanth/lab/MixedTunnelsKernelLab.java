package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// D-9: route-based and policy-based tunnels beside each other, on the data plane of the kernel.
@InLab
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class MixedTunnelsKernelLab {
    @BeforeAll
    static void needModule() {
        XfrmInterfaceModule.require();
    }

    @ParameterizedTest
    @EnumSource
    void eachTunnelHasItsPackets(Role role, Lab lab) {
        MixedTunnelsScenario.play(lab, Plane.KERNEL, role);
    }
}
