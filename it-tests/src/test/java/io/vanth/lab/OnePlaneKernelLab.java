package io.vanth.lab;

import io.vanth.lab.Link.Encapsulation;
import io.vanth.lab.Link.Plane;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// D-1: one configuration serves either data plane, with strongSwan at the other side; one word of it is another.
@InLab
final class OnePlaneKernelLab {
    /// The guest's kernel lacks what the routes of the userspace data plane need.
    private static final Besides BESIDES = Besides.daemon("  routes: false");

    @ParameterizedTest
    @EnumSource
    void carriesTraffic(Plane plane, Lab lab) {
        var net = lab.siteToSite();
        Link link = net.link().encapsulation(Encapsulation.AUTO);
        assertEquals(config(link.plane(Plane.KERNEL)),
                config(link.plane(Plane.USERSPACE)).replace("name: userspace", "name: netlink"));
        Vanth vanth = net.a().vanth(BESIDES, link.plane(plane));
        net.a().gateway().ip("route add %s %s".formatted(link.remote().network(),
                plane == Plane.USERSPACE ? "dev vanth0" : "via " + link.remote().address()));
        var peers = new Peers(net, vanth, StrongSwan.onKernel(net.b(), List.of(net.atB(link))));
        for (Role role : Role.values()) {
            peers.upAndDown(role, link, () -> net.traffic(link).pingBothWays());
        }
    }

    private static String config(Link link) {
        return VanthConfig.of(Path.of("socket"), List.of(link), BESIDES);
    }
}
