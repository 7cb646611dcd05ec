package io.vanth.ike.cli;

import io.vanth.dataplane.spi.DataPlaneProvider;
import io.vanth.ike.config.ConfigLoader;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/// The data planes that are installed.
final class DataPlanes {
    private DataPlanes() {}

    static Set<String> names() {
        return all().stream().map(DataPlaneProvider::name).collect(Collectors.toSet());
    }

    /// Begins what the default one needs before it opens, on a thread of its own: the configuration, which may name
    /// another, is read meanwhile.
    static void prepareDefault() throws Refusal {
        Thread.ofPlatform().name("vanth-prepare").daemon().start(named(ConfigLoader.DEFAULT_DATA_PLANE)::prepare);
    }

    static DataPlaneProvider named(String name) throws Refusal {
        return all().stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new Refusal("there is no data plane '%s'; there are: %s".formatted(name,
                        String.join(", ", names()))));
    }

    private static Set<DataPlaneProvider> all() {
        return ServiceLoader.load(DataPlaneProvider.class, DataPlanes.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).collect(Collectors.toSet());
    }
}
