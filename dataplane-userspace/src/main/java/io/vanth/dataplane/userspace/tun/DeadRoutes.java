package io.vanth.dataplane.userspace.tun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the routes into an interface without a carrier count, or packets would take the next best ones, in
/// clear.
final class DeadRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(DeadRoutes.class);
    private static final String KEY = "ignore_routes_with_linkdown";
    private static final String IGNORED = "1";
    private static final String COUNTING = "0";

    private DeadRoutes() {}

    /// Has the routes of that interface count. What is set for all interfaces stays as it is, with a warning.
    static void keep(String name) throws IOException {
        for (String family : List.of("ipv4", "ipv6")) {
            Path own = path(family, name);
            if (isIgnored(own)) {
                Files.writeString(own, COUNTING);
            }
        }
        if (isIgnored(path("ipv4", "all"))) { // IPv6 asks the interface alone
            LOG.warn(
                    "net.ipv4.conf.all.{} is 1: while the daemon is gone, what is routed into {} goes by other routes, in "
                            + "clear where there are any; set it to 0",
                    KEY, name);
        }
    }

    private static boolean isIgnored(Path path) throws IOException {
        return Files.isReadable(path) && Files.readString(path).strip().equals(IGNORED);
    }

    private static Path path(String family, String name) {
        return Path.of("/proc/sys/net", family, "conf", name, KEY);
    }
}
