package io.vanth.ike.manual;

import io.vanth.dataplane.Direction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// The legs of a group of SAs, and what each policy that goes through them requires of them.
///
/// @param wishes by the names of the policies: for each leg whether it is required
record Service(List<Leg> legs, Map<String, List<Boolean>> wishes) {
    Service(List<Leg> legs) {
        this(legs, new LinkedHashMap<>());
    }

    /// Whether some policy is content with the legs for which there is an SA.
    boolean isServedBy(List<Optional<ManualAssociation>> found) {
        return found.stream().anyMatch(Optional::isPresent)
                && wishes.values().stream().anyMatch(wish -> isServedBy(found, wish));
    }

    private static boolean isServedBy(List<Optional<ManualAssociation>> found, List<Boolean> wish) {
        return IntStream.range(0, wish.size()).noneMatch(leg -> wish.get(leg) && found.get(leg).isEmpty());
    }

    /// What each policy lacks.
    ///
    /// @param reasons of each leg why it has no SA, as far as it has none
    Collection<Lack> lacks(Direction direction, List<Optional<ManualAssociation>> found,
            List<Optional<String>> reasons) {
        List<Lack> lacks = new ArrayList<>();
        wishes.forEach((policy, wish) -> {
            for (int leg = 0; leg < legs.size(); leg++) {
                if (reasons.get(leg).isPresent()) {
                    lacks.add(new Lack(policy, "%s, so %s".formatted(reasons.get(leg).get(),
                            consequence(direction, found, wish, leg))));
                }
            }
        });
        return lacks;
    }

    /// By level, and by whether another layer is there: without any, packets are in clear.
    private static String consequence(Direction direction, List<Optional<ManualAssociation>> found,
            List<Boolean> wish, int leg) {
        if (direction == Direction.INBOUND) {
            return wish.get(leg)
                    ? "packets that come are dropped"
                    : "what comes through such an SA is dropped, and what comes without is taken";
        }
        if (!isServedBy(found, wish)) {
            return "its packets are dropped";
        }
        return found.stream().anyMatch(Optional::isPresent)
                ? "its packets leave without this layer"
                : "its packets leave in CLEAR";
    }
}
