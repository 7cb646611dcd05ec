package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// S-25 on the userspace data plane.
@InLab
final class LeakIT {
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void nothingOfAProtectedNetworkIsEverInClear(Lab lab) throws Exception {
        LeakScenario.play(lab, Plane.USERSPACE, Way.POLICIES);
    }

    /// The same with an interface for each connection, over IPv4 and IPv6, into which the operators' routes lead.
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void nothingThatIsRoutedIntoAnInterfaceIsEverInClear(Lab lab) throws Exception {
        LeakScenario.play(lab, Plane.USERSPACE, Way.ROUTES);
    }
}
