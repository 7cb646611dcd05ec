package io.vanth.lab;

import io.vanth.dataplane.netlink.testkit.XfrmInterfaceModule;
import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// S-25 on the data plane of the kernel.
@InLab
@Order(1)
final class LeakKernelLab {
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingOfAProtectedNetworkIsEverInClear(Lab lab) throws Exception {
        LeakScenario.play(lab, Plane.KERNEL, Way.POLICIES);
    }

    /// The same with an interface for each connection, over IPv4 and IPv6, into which the operators' routes lead.
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingThatIsRoutedIntoAnInterfaceIsEverInClear(Lab lab) throws Exception {
        XfrmInterfaceModule.require();
        LeakScenario.play(lab, Plane.KERNEL, Way.ROUTES);
    }
}
