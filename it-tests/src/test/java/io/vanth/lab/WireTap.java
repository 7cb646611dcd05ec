package io.vanth.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that passed gateway A's outer interface, as a capture file in the lab's folder.
final class WireTap implements AutoCloseable {
    /// Enough for the outer headers of IPv6 with UDP.
    private static final String BYTES_A_PACKET = "128";
    private static final String WHOLE = "65535";
    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets dropped by kernel");

    /// An echo request of this many bytes marks the end of a recording.
    private static final int MARK = 777;
    private static final int ICMP_AND_IP_HEADER = 28;
    private static final String MARKS = "icmp[icmptype] == icmp-echo and ip[2:2] == " + (MARK + ICMP_AND_IP_HEADER);
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final Namespace where;
    private final String neighbour;
    private final Daemon tcpdump;
    private final Path file;
    private final String clear;

    private WireTap(Namespace where, String neighbour, Daemon tcpdump, Path file, String clear) {
        this.where = where;
        this.neighbour = neighbour;
        this.tcpdump = tcpdump;
        this.file = file;
        this.clear = clear;
    }

    static WireTap start(Site site, List<Link> links) {
        String clear = links.stream().flatMap(link -> Stream.of(link.local().network(), link.remote().network()))
                .distinct().map(network -> "net " + network).collect(Collectors.joining(" or "));
        return start(site.lab(), site.gateway(), Site.WAN, links.getFirst().remote().address(), clear, "");
    }

    /// Records only what is in clear, and the mark at the end.
    ///
    /// @param device    of the namespace; or `any`
    /// @param neighbour who is asked for the mark
    /// @param clear     what is in clear, in tcpdump's words
    static WireTap clearOnly(Lab lab, Namespace where, String device, String neighbour, String clear) {
        return start(lab, where, device, neighbour, clear, "(%s) or (%s)".formatted(clear, MARKS));
    }

    /// Records all of IKE, and what ICMP says of it.
    static WireTap messages(Site site, String neighbour) {
        return start(site.lab(), site.gateway(), Site.WAN, neighbour, "", "udp or icmp or esp", WHOLE);
    }

    /// What was recorded.
    Path file() {
        return file;
    }

    private static WireTap start(Lab lab, Namespace where, String device, String neighbour, String clear,
            String recorded) {
        return start(lab, where, device, neighbour, clear, recorded, BYTES_A_PACKET);
    }

    private static WireTap start(Lab lab, Namespace where, String device, String neighbour, String clear,
            String recorded, String bytes) {
        String name = "wire-" + SERIAL.incrementAndGet();
        Path file = lab.folder().resolve(name + ".pcap");
        Daemon tcpdump = where.start("tcpdump", lab.folder().resolve(name + ".log"), Map.of(),
                List.of("tcpdump", "-i", device, "-w", file.toString(), "-U", "--immediate-mode", "-n", "-s",
                        bytes, "-B", "16384", "-Z", "root", recorded));
        tcpdump.awaitLog("listening on");
        return lab.own(new WireTap(where, neighbour, tcpdump, file, clear));
    }

    /// Ends the recording; what is counted after that is complete.
    void stop() {
        stop(where, neighbour);
    }

    /// Ends the recording by an echo request that passes the tap in clear from somewhere else.
    void stop(Namespace from, String target) {
        from.command("ping", "-c", "1", "-W", "1", "-s", Integer.toString(MARK), target).run();
        Await.until("the tap has recorded everything", () -> !read(MARKS).run().output().isEmpty());
        tcpdump.terminate();
        Matcher dropped = DROPPED.matcher(tcpdump.log());
        if (!dropped.find() || !"0".equals(dropped.group(1))) {
            throw new AssertionError("the recording is not complete:\n" + tcpdump.log());
        }
    }

    /// Packets of the protected networks in clear.
    long clear() {
        return count(clear);
    }

    /// ESP, raw or in UDP: on port 4500, not a keepalive, and no non-ESP marker in front.
    long esp() {
        return count("ip proto 50 or (udp port 4500 and udp[4:2] > 9 and udp[8:4] != 0)");
    }

    /// IKE, on port 500 or behind a non-ESP marker.
    long ike() {
        return count("udp port 500 or (udp port 4500 and udp[4:2] > 9 and udp[8:4] == 0)");
    }

    /// The first packets of the protected networks in clear, as tcpdump shows them.
    List<String> firstClear(int most) {
        return Command.of("tcpdump", "-r", file.toString(), "-n", "-tttt", "-c", Integer.toString(most), clear)
                .checked().lines().toList();
    }

    /// How many packets match a filter of tcpdump.
    long count(String filter) {
        return read(filter).checked().lines().count();
    }

    private Command read(String filter) {
        return Command.of("tcpdump", "-r", file.toString(), "-n", filter);
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
