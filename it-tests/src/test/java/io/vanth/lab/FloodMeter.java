package io.vanth.lab;

import java.util.regex.Pattern;

/// Counts what strangers send to gateway B, what it answers, and what is dropped unread.
record FloodMeter(Topology net, Vanth vanth) {
    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+) bytes (\\d+) comment \"(\\w+)\"");
    private static final Pattern FULL_SOCKET = Pattern.compile("UdpRcvbufErrors\\s+(\\d+)");
    private static final Pattern DROPPED = Pattern.compile("(?m)^\\S*datagrams_lost\\S* (\\S+)");

    /// @param fullSocket what the kernel dropped because a socket was full
    /// @param dropped    what the daemon dropped because others of strangers were before
    record Reading(long arrived, long bytesIn, long bytesOut, long fullSocket, long dropped) {
        Reading since(Reading before) {
            return new Reading(arrived - before.arrived, bytesIn - before.bytesIn, bytesOut - before.bytesOut,
                    fullSocket - before.fullSocket, dropped - before.dropped);
        }

        @Override
        public String toString() {
            return "%d arrived, %.0f %% lost in full sockets, %.0f %% dropped by the daemon, bytes out per byte in %.2f"
                    .formatted(arrived, 100.0 * fullSocket / arrived, 100.0 * dropped / arrived,
                            (double) bytesOut / bytesIn);
        }
    }

    /// Begins to count what has an address of `network`, which nobody has, or port 501. Answers to those end at gateway
    /// A.
    static FloodMeter start(Topology net, Vanth vanth, String network) {
        net.b().gateway().ip("route add " + network + " via " + net.link().local().address());
        net.b().gateway().nft("""
            table inet flood {
                chain arrives {
                    type filter hook prerouting priority raw
                    udp sport 501 counter comment "in"
                }
                chain leaves {
                    type filter hook postrouting priority raw
                    udp dport 501 counter comment "out"
                }
            }
            """);
        net.a().gateway().nft("""
            table inet flood {
                chain nobody {
                    type filter hook prerouting priority raw
                    udp dport 501 drop
                }
            }
            """);
        return new FloodMeter(net, vanth);
    }

    Reading read() {
        String counters = net.b().gateway().command("nft", "list", "table", "inet", "flood").checked();
        return new Reading(counter(counters, "in", 1), counter(counters, "in", 2), counter(counters, "out", 2),
                sum(FULL_SOCKET, net.losses()), sum(DROPPED, vanth.metrics()));
    }

    private static long counter(String counters, String name, int group) {
        return COUNTER.matcher(counters).results().filter(each -> each.group(3).equals(name))
                .mapToLong(each -> Long.parseLong(each.group(group))).findFirst()
                .orElseThrow(() -> new AssertionError(counters));
    }

    private static long sum(Pattern pattern, String text) {
        return pattern.matcher(text).results().mapToLong(each -> (long) Double.parseDouble(each.group(1))).sum();
    }
}
