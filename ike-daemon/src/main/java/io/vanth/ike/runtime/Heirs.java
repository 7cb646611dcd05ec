package io.vanth.ike.runtime;

import io.vanth.ike.policy.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The connections of another configuration where those that are still the same stay themselves, with their keys.
///
/// @param connections what there is from now on
/// @param surplus     of the other configuration, whose keys nobody needs
/// @param replaced    what there was, whose keys only negotiations under way need
record Heirs(List<Connection> connections, List<Connection> surplus, List<Connection> replaced) {
    static Heirs of(List<Connection> before, List<Connection> next) {
        List<Connection> connections = new ArrayList<>();
        List<Connection> surplus = new ArrayList<>();
        List<Connection> replaced = new ArrayList<>(before);
        for (Connection each : next) {
            Optional<Connection> same = before.stream().filter(each::equals).findFirst();
            same.ifPresent(old -> {
                surplus.add(each);
                replaced.remove(old);
            });
            connections.add(same.orElse(each));
        }
        return new Heirs(List.copyOf(connections), List.copyOf(surplus), List.copyOf(replaced));
    }
}
