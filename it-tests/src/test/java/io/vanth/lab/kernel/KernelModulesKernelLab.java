package io.vanth.lab.kernel;

import io.vanth.dataplane.netlink.testkit.NetworkNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/// The guest's kernel has what the labs need, and its disk keeps nothing.
class KernelModulesKernelLab {
    @ParameterizedTest
    @ValueSource(strings = {"esp4", "esp6", "ah4", "ah6", "ipcomp", "ipcomp6", "xfrm_user", "af_key", "vrf",
            "sch_netem", "veth", "tun", "nf_tables"})
    void isThere(String module) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            assertEquals("", namespace.command("modprobe", module));
        }
    }

    @Test
    void delaysPacketsAndSeparatesRoutes() throws Exception {
        try (NetworkNamespace one = NetworkNamespace.create(); NetworkNamespace other = NetworkNamespace.create()) {
            one.connect("eth", other, "eth");
            one.command("tc", "qdisc", "add", "dev", "eth", "root", "netem", "delay", "1ms");
            one.command("ip", "link", "add", "blue", "type", "vrf", "table", "10");
            one.command("ip", "link", "set", "eth", "master", "blue");
            String link = one.command("ip", "-d", "link", "show", "eth");
            assertTrue(link.contains("vrf_slave table 10") && link.contains("netem"), link);
        }
    }
}
