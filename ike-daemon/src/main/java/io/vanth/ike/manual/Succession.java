package io.vanth.ike.manual;

import io.vanth.dataplane.DataPlaneException;
import io.vanth.dataplane.SaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which associations follow those that are there, when a configuration is to be true. One that has another name now is
/// the same one.
final class Succession {
    private final Map<String, ManualAssociation> now;
    private final Map<SaId, ManualAssociation> ids = new HashMap<>();
    private final EndedKeys ended;
    private final Collection<ManualAssociation> refused;

    /// @param next    by their names
    /// @param surplus those of the configuration that are not among them
    record Heirs(Map<String, ManualAssociation> next, List<ManualAssociation> surplus) {}

    /// @param refused by the data plane when the daemon started
    Succession(Map<String, ManualAssociation> now, EndedKeys ended, Collection<ManualAssociation> refused) {
        this.now = now;
        this.ended = ended;
        this.refused = refused;
        now.values().forEach(each -> ids.put(each.id(), each));
    }

    /// Whether an entry is not there and stays away, since its lifetime is over.
    boolean hasEnded(ManualAssociation entry) {
        return twin(entry).isEmpty() && ended.contains(entry);
    }

    /// Whether an entry is not there and stays away, since the data plane has refused it.
    boolean isRefused(ManualAssociation entry) {
        return twin(entry).isEmpty() && refused.contains(entry);
    }

    /// Those of a configuration, and then what commands have added.
    ///
    /// @param configured the names that the configuration before had
    Heirs heirs(Collection<ManualAssociation> entries, Set<String> configured) throws DataPlaneException {
        Map<String, ManualAssociation> next = new LinkedHashMap<>();
        List<ManualAssociation> surplus = new ArrayList<>();
        for (ManualAssociation each : entries) {
            boolean out = hasEnded(each) || isRefused(each);
            Optional<ManualAssociation> own = out ? Optional.ofNullable(now.get(each.name())) : twin(each);
            if (out || own.isPresent()) {
                surplus.add(each);
                own.ifPresent(stays -> next.put(each.name(), stays.named(each.name())));
            } else {
                next.put(each.name(), each);
            }
        }
        addCommanded(next, configured);
        return new Heirs(next, surplus);
    }

    private void addCommanded(Map<String, ManualAssociation> next, Set<String> configured) throws DataPlaneException {
        Map<SaId, ManualAssociation> taken = new HashMap<>();
        next.values().forEach(each -> taken.put(each.id(), each));
        for (ManualAssociation each : now.values()) {
            if (!configured.contains(each.name()) && !next.containsKey(each.name())) {
                ManualAssociation other = taken.get(each.id());
                if (other == null) {
                    next.put(each.name(), each);
                } else if (!each.isTwinOf(other)) {
                    throw new DataPlaneException(("association '%s' of the configuration has the protocol, destination"
                            + " and SPI of '%s', which a command has added: delete that one first")
                            .formatted(other.name(), each.name()));
                }
            }
        }
    }

    private Optional<ManualAssociation> twin(ManualAssociation entry) {
        return Optional.ofNullable(ids.get(entry.id())).filter(entry::isTwinOf);
    }
}
