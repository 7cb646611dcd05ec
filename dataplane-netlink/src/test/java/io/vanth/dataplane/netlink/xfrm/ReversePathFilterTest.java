package io.vanth.dataplane.netlink.xfrm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// The kernel's settings as `ip-sysctl` describes them.
final class ReversePathFilterTest {
    @TempDir
    Path settings;

    private List<String> open(Map<String, Integer> values) throws Exception {
        for (Map.Entry<String, Integer> each : values.entrySet()) {
            Path folder = Files.createDirectories(settings.resolve(each.getKey()));
            Files.writeString(folder.resolve("rp_filter"), each.getValue() + "\n");
        }
        return ReversePathFilter.open(settings);
    }

    @Test
    void theLargerSettingCounts() throws Exception {
        Map<String, Integer> links = Map.of("default", 0, "lo", 0, "lan", 0, "wan", 1, "dmz", 2);
        assertEquals(List.of("dmz", "lan"), open(merged(links, 0)));
        assertEquals(List.of("dmz"), open(merged(links, 1)));
        assertEquals(List.of("dmz", "lan", "wan"), open(merged(links, 2)));
    }

    private static Map<String, Integer> merged(Map<String, Integer> links, int all) {
        var values = new HashMap<>(links);
        values.put("all", all);
        return values;
    }
}
