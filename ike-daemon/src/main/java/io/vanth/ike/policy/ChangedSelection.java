package io.vanth.ike.policy;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Says how a selection differs from everything that was offered: which attributes were changed, added or left out.
final class ChangedSelection {
    private static final String NONE = "none";

    private ChangedSelection() {}

    /// One sentence about the offered transform to which the selection is closest; transforms are attributes by name.
    static String describe(Collection<Map<String, String>> offered, Map<String, String> received) {
        List<String> fewest = List.of("nothing was offered");
        boolean first = true;
        for (Map<String, String> transform : offered) {
            List<String> differences = differences(transform, received);
            if (first || differences.size() < fewest.size()) {
                fewest = differences;
                first = false;
            }
        }
        return fewest.isEmpty() ? "it is not spoken here" : String.join("; ", fewest);
    }

    private static List<String> differences(Map<String, String> offered, Map<String, String> received) {
        Set<String> names = new LinkedHashSet<>(offered.keySet());
        names.addAll(received.keySet());
        return names.stream()
                .filter(name -> !offered.getOrDefault(name, NONE).equals(received.getOrDefault(name, NONE)))
                .map(name -> "%s: offered %s, selected %s".formatted(name, offered.getOrDefault(name, NONE),
                        received.getOrDefault(name, NONE)))
                .toList();
    }
}
