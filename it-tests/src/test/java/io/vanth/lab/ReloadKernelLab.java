package io.vanth.lab;

import io.vanth.lab.Link.Plane;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    /// No policy names a peer that may have several addresses: the SAs show the way to the policy that replaces another.
    @Test
    void tunnelsInAnotherOrderKeepTheirWays(Lab lab) {
        Topology net = lab.siteToSite(2);
        List<Link> links = Stream.of(net.link(0), net.link(1)).map(each -> each.plane(Plane.KERNEL)).toList();
        net.b().strongSwan(net.atB(links));
        Link[] wide = links.stream().map(
                each -> each.remote(each.remote().address(each.remote().address() + ", 203.0.113.99")))
                .toArray(Link[]::new);
        Vanth vanth = net.a().vanth(wide);
        Stream.of(wide).forEach(vanth::up);
        List<String> before = ways(net, links);
        Command.Result applied = vanth.reload(wide[1], wide[0]);
        assertTrue(applied.all().contains("pair0/lan order changed, cost moment"), applied.all());
        assertEquals(before, ways(net, links));
        links.forEach(each -> net.traffic(each).pingBothWays());
        links.forEach(each -> net.a().gateway().command("ping", "-c", "1", "-W", "10", each.remote().host())
                .checked());
    }

    /// Of the gateway's own packets.
    private static List<String> ways(Topology net, List<Link> links) {
        return links.stream().map(each -> net.a().gateway().ip("route get " + each.remote().host())).toList();
    }

    /// Another program has a policy for the third tunnel's packets, of which no file tells.
    @Test
    void aStepThatFailsTakesBackThoseBeforeIt(Lab lab) {
        var scenario = new ReloadScenario(lab, Plane.KERNEL);
        scenario.aStepThatFails("", "another program has a policy", gateway -> gateway.ip(FOREIGN_POLICY));
    }
}
