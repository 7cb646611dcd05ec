package io.vanth.ike.runtime;

import io.vanth.dataplane.TrafficPair;
import io.vanth.dataplane.TrafficSelector;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.config.Control;
import io.vanth.ike.local.ImaginaryMachine;
import io.vanth.ike.manual.ManualEntries;
import io.vanth.ike.manual.ManualPolicy;
import io.vanth.ike.policy.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ForwardingTest {
    private static final ImaginaryMachine HOST = new ImaginaryMachine().with("eth0", "192.0.2.1");

    @TempDir
    private Path settings;

    private List<String> warnings(String ipv4, String ipv6, String... locals) throws IOException {
        Files.createDirectories(settings.resolve("ipv4"));
        Files.createDirectories(settings.resolve("ipv6/conf/all"));
        Files.writeString(settings.resolve("ipv4/ip_forward"), ipv4 + "\n");
        Files.writeString(settings.resolve("ipv6/conf/all/forwarding"), ipv6 + "\n");
        return Forwarding.warnings(configuration(locals), HOST, settings);
    }

    private static Configuration configuration(String... locals) {
        List<ManualPolicy> policies = List.of(locals).stream().map(local -> new ManualPolicy("of " + local, 1,
                new TrafficPair(TrafficSelector.parse(local),
                        TrafficSelector.parse(local.contains(":") ? "2001:db8:2::/64" : "10.2.0.0/24")),
                new ManualPolicy.Protect(List.of()))).toList();
        return new Configuration(Control.on(Path.of("s")), Optional.empty(), new Configuration.Log(false, "info"),
                new Ports(500, 4500), Optional.empty(),
                new Configuration.DataPlaneChoice("userspace", "vanth0", 1400, true, Set.of()), List.of(),
                new ManualEntries(List.of(), policies));
    }

    @Test
    void aNetworkBehindAMachineThatForwardsNothingIsSpokenOf() throws IOException {
        List<String> told = warnings("0", "1", "10.1.0.0/24", "2001:db8:1::/64");
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.getFirst().contains("sysctl net.ipv4.ip_forward=1")
                && told.getFirst().contains("'of 10.1.0.0/24'"), told::toString);
        told = warnings("1", "0", "10.1.0.0/24", "2001:db8:1::/64");
        assertTrue(told.size() == 1 && told.getFirst().contains("sysctl net.ipv6.conf.all.forwarding=1"),
                told::toString);
    }

    @Test
    void aForwardingMachineHearsNothing() throws IOException {
        assertEquals(List.of(), warnings("1", "1", "10.1.0.0/24", "2001:db8:1::/64"));
    }

    @Test
    void whatIsForTheMachineItselfNeedsNoForwarding() throws IOException {
        assertEquals(List.of(), warnings("0", "0", "192.0.2.1"));
        assertEquals(1, warnings("0", "0", "192.0.2.2").size(), "an address of another host");
    }
}
