package io.vanth.dataplane.netlink.xfrm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Whether the kernel drops IPv4 packets that come from elsewhere than the way to their source goes (`rp_filter`, RFC 3704
/// section 2.2). What passes between own networks passes by its addresses alone, whatever interface it comes by: a
/// stranger may write them too.
final class ReversePathFilter {
    /// In the network namespace of the thread that reads it.
    static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");

    private static final String ALL = "all";
    private static final List<String> NO_WAY_IN = List.of(ALL, "default", "lo");
    private static final int STRICT = 1;

    private ReversePathFilter() {}

    /// The interfaces by which such packets come in, in order of their names. The larger one of an interface's setting and
    /// that of all counts; 0 checks nothing, 2 only whether there is any way.
    static List<String> open(Path settings) throws IOException {
        int all = read(settings, ALL);
        List<String> links;
        try (Stream<Path> folders = Files.list(settings)) {
            links = folders.map(folder -> folder.getFileName().toString()).filter(name -> !NO_WAY_IN.contains(name))
                    .sorted().toList();
        }
        var open = new ArrayList<String>();
        for (String link : links) {
            if (Math.max(all, read(settings, link)) != STRICT) {
                open.add(link);
            }
        }
        return open;
    }

    private static int read(Path settings, String link) throws IOException {
        return Integer.parseInt(Files.readString(settings.resolve(link).resolve("rp_filter")).strip());
    }
}
