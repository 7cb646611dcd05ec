package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// D-9: route-based and policy-based tunnels beside each other, on the userspace data plane.
@InLab
final class MixedTunnelsIT {
    @ParameterizedTest
    @EnumSource
    void eachTunnelHasItsPackets(Role role, Lab lab) {
        MixedTunnelsScenario.play(lab, Plane.USERSPACE, role);
    }
}
