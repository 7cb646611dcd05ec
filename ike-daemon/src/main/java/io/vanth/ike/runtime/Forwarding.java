package io.vanth.ike.runtime;

import io.vanth.dataplane.AddressRange;
import io.vanth.ike.config.Configuration;
import io.vanth.ike.local.Machine;
import io.vanth.ike.manual.ManualPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the kernel forwards what the hosts behind this machine send: without it a tunnel is up and carries nothing for
/// them, and nothing says why.
final class Forwarding {
    /// Where the kernel shows its settings of the network.
    static final Path SETTINGS = Path.of("/proc/sys/net");
    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private Forwarding() {}

    /// What a policy protects here.
    private record Protected(String name, AddressRange local) {}

    /// A sentence for each family of addresses that is not forwarded, though networks of it are protected that are not
    /// addresses of this machine.
    static List<String> warnings(Configuration configuration, Machine machine, Path settings) {
        Set<InetAddress> own = machine.interfaces().stream().flatMap(each -> each.addresses().stream())
                .collect(Collectors.toSet());
        List<String> warnings = new ArrayList<>();
        warning(configuration, own, false, settings.resolve("ipv4/ip_forward")).ifPresent(warnings::add);
        warning(configuration, own, true, settings.resolve("ipv6/conf/all/forwarding")).ifPresent(warnings::add);
        return warnings;
    }

    private static Optional<String> warning(Configuration configuration, Set<InetAddress> own, boolean ipv6,
            Path setting) {
        return all(configuration).filter(each -> each.local().isIpv6() == ipv6 && !isOwn(each.local(), own))
                .findFirst().filter(_ -> isOff(setting))
                .map(each -> "this machine forwards no %s packets, so only its own go into '%s' (%s) and the like: sysctl %s=1"
                        .formatted(ipv6 ? "IPv6" : "IPv4", each.name(), each.local(),
                                ipv6 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward"));
    }

    private static Stream<Protected> all(Configuration configuration) {
        return Stream.concat(
                configuration.connections().stream().flatMap(connection -> connection.tunnels().stream()
                        .map(tunnel -> new Protected(connection.name() + "/" + tunnel.name(),
                                tunnel.traffic().local().addresses()))),
                configuration.manual().policies().stream()
                        .filter(each -> each.action() instanceof ManualPolicy.Protect)
                        .map(each -> new Protected(each.name(), each.traffic().local().addresses())));
    }

    private static boolean isOwn(AddressRange local, Set<InetAddress> own) {
        return local.first().equals(local.last()) && own.contains(local.first());
    }

    private static boolean isOff(Path setting) {
        try {
            return Files.readString(setting).strip().equals("0");
        } catch (IOException unknown) {
            LOG.debug("cannot tell whether packets are forwarded", unknown);
            return false;
        }
    }
}
