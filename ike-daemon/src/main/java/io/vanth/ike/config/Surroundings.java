package io.vanth.ike.config;

import io.vanth.ike.local.Machine;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a configuration refers to outside of its file.
///
/// @param environment  the value of a variable, or empty
/// @param machine      its interfaces and addresses
/// @param dataPlanes   the names of the data planes that are there
public record Surroundings(Function<String, Optional<String>> environment,
        Machine machine, Set<String> dataPlanes) {
    public Surroundings {
        dataPlanes = Set.copyOf(dataPlanes);
    }

    /// The same where packets leave by one device only.
    Surroundings through(String device) {
        return new Surroundings(environment, machine.through(device), dataPlanes);
    }

    /// The environment of this process.
    public static Surroundings ofProcess(Machine machine, Set<String> dataPlanes) {
        return new Surroundings(name -> Optional.ofNullable(System.getenv(name)), machine, dataPlanes);
    }
}
