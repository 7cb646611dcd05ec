package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// O-7 on the data plane of the kernel.
@InLab
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ReloadKernelLab {
    private static final String FOREIGN_POLICY = "xfrm policy add src 10.1.2.0/24 dst 10.2.2.0/24 dir out priority 5 "
            + "tmpl src 198.51.100.1 dst 198.51.100.2 proto esp reqid 99 mode tunnel";

    @Test
    void oneOfThreeTunnelsChanges(Lab lab) {
        new ReloadScenario(lab, Plane.KERNEL).oneOfThreeTunnelsChanges();
    }

    /// Another program has a policy for the third tunnel's packets, of which no file tells.
    @Test
    void aStepThatFailsTakesBackThoseBeforeIt(Lab lab) {
        var scenario = new ReloadScenario(lab, Plane.KERNEL);
        scenario.aStepThatFails("", "another program has a policy", gateway -> gateway.ip(FOREIGN_POLICY));
    }
}
