package io.vanth.dataplane.netlink.xfrm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The counters of the network namespace in which it was opened (`/proc/net/xfrm_stat`): each way in which the kernel drops
/// a packet. They count the packets of other programs' SAs too. A kernel without `CONFIG_XFRM_STATISTICS` has none.
final class KernelStatistics implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/thread-self/net/xfrm_stat");
    private static final int LENGTH = 4096;

    private final FileChannel file;
    private Map<String, Long> last = Map.of();

    private KernelStatistics(FileChannel file) {
        this.file = file;
    }

    static KernelStatistics open() throws IOException {
        return new KernelStatistics(Files.isReadable(FILE) ? FileChannel.open(FILE) : null);
    }

    /// By names as `xfrm_in_no_states`; after closing, the last ones.
    synchronized Map<String, Long> read() {
        if (file == null || !file.isOpen()) {
            return last;
        }
        ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        try {
            int position = 0;
            for (int length = file.read(buffer, 0); length > 0; length = file.read(buffer, position)) {
                position += length;
            }
        } catch (IOException unreadable) {
            return last;
        }
        last = parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII));
        return last;
    }

    static Map<String, Long> parse(String text) {
        Map<String, Long> counters = new TreeMap<>();
        text.lines().map(line -> line.strip().split("\\s+", 2)).filter(words -> words.length == 2)
                .forEach(words -> counters.put(snakeCase(words[0]), Long.parseUnsignedLong(words[1].strip())));
        return counters;
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    @Override
    public synchronized void close() throws IOException {
        read();
        if (file != null) {
            file.close();
        }
    }
}
